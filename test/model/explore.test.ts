import { expect, test } from '@jest/globals';
import { explore, type Model } from './explore.ts';

/** A number that may be raised by one or two, up to 4, and is done at 4. */
const RAISED: Model<number> = {
  initial: 0,
  *next(state) {
    for (const by of [1, 2]) if (state + by <= 4) yield { what: `+${by}`, state: state + by };
  },
  wrong: () => undefined,
  isDone: (state) => state === 4,
};

test('every state that can be reached is gone through', () => {
  expect(explore(RAISED)).toEqual({ states: 5, ends: 1 });
});

test('a wrong state is found, by the shortest way there', () => {
  const model = { ...RAISED, wrong: (state: number) => (state === 3 ? 'three' : undefined) };
  expect(explore(model).violation).toEqual({ problem: 'three', trace: ['+1', '+2'] });
});

test('a state without a way to a good end is found', () => {
  const stuck: Model<number> = {
    ...RAISED,
    *next(state) {
      if (state === 3) return;
      yield* RAISED.next(state);
    },
  };
  expect(explore(stuck).violation).toEqual({
    problem: 'no good end can be reached any more',
    trace: ['+1', '+2'],
  });
});

test('a model that is too large shows nothing', () => {
  expect(() => explore(RAISED, 3)).toThrow('more than 3 states; make the model smaller');
});
