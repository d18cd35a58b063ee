import { expect, test } from '@jest/globals';
import { explore, type Model } from './explore.ts';

/** A counter that transitions increment by 1 or 2 up to 4, its final state. */
const COUNTER: Model<number> = {
  initial: 0,
  *next(state) {
    for (const by of [1, 2]) if (state + by <= 4) yield { label: `+${by}`, state: state + by };
  },
  findViolation: () => undefined,
  isDone: (state) => state === 4,
};

test('explores every reachable state', () => {
  expect(explore(COUNTER)).toEqual({ states: 5, ends: 1 });
});

test('reports a violated invariant with a shortest trace', () => {
  const model = { ...COUNTER, findViolation: (state: number) => (state === 3 ? 'three' : undefined) };
  expect(explore(model).violation).toEqual({ problem: 'three', trace: ['+1', '+2'] });
});

test('reports a state from which no final state is reachable', () => {
  const stuck: Model<number> = {
    ...COUNTER,
    *next(state) {
      if (state === 3) return;
      yield* COUNTER.next(state);
    },
  };
  expect(explore(stuck).violation).toEqual({
    problem: 'no final state is reachable',
    trace: ['+1', '+2'],
  });
});

test('throws if the model has too many states', () => {
  expect(() => explore(COUNTER, 3)).toThrow('more than 3 states; make the model smaller');
});
