import { afterEach, describe, expect, test } from '@jest/globals';
import { Rehearsal } from '../../../../services/kit/server/rehearsal.ts';

const never = () => new AbortController().signal;
const TROUBLE = { failPercent: 0, delayMs: 0 };
const open: (() => void)[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end();
});

/** Calls that are held up until they are given up, and how many of them have ended. */
function held(rehearsal: Rehearsal, count: number) {
  const calls = Array.from({ length: count }, () => {
    const controller = new AbortController();
    open.push(() => controller.abort(new Error('given up')));
    const ended = rehearsal.meet('', controller.signal).catch(() => {});
    return { ended, giveUp: () => controller.abort(new Error('given up')) };
  });
  return calls;
}

test('does nothing until it is told to', async () => {
  await new Rehearsal(TROUBLE).meet('', never());
});

test('fails the share of calls that it is told to', async () => {
  const rehearsal = new Rehearsal(TROUBLE);
  rehearsal.set({ failPercent: 50, delayMs: 0 });
  const ended = await Promise.allSettled(Array.from({ length: 10 }, () => rehearsal.meet('', never())));
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(5);
});

test('counts the keys of calls since it was told last', async () => {
  const rehearsal = new Rehearsal(TROUBLE);
  for (const key of ['a', 'b', 'a', '']) await rehearsal.meet(key, never());
  expect(rehearsal.keys).toEqual({ a: 2, b: 1 });
  rehearsal.set(TROUBLE);
  expect(rehearsal.keys).toEqual({});
});

describe('with one call worked on at a time', () => {
  test('others wait for their turn, and get it when the one before ends', async () => {
    const rehearsal = new Rehearsal({ failPercent: 0, delayMs: 60_000, slots: 1 });
    const [first, second] = held(rehearsal, 2);
    first?.giveUp();
    await first?.ended;
    rehearsal.set({ failPercent: 0, delayMs: 1, slots: 1 });
    // The second works for a minute now: a third waits until it is given up.
    const [third] = held(rehearsal, 1);
    second?.giveUp();
    await second?.ended;
    await third?.ended;
  });

  test('one that is given up while it waits does not take the turn of the next', async () => {
    const rehearsal = new Rehearsal({ failPercent: 0, delayMs: 60_000, slots: 1 });
    const [first, second, third] = held(rehearsal, 3);
    second?.giveUp();
    await second?.ended;
    rehearsal.set({ failPercent: 0, delayMs: 1, slots: 1 });
    first?.giveUp();
    await first?.ended;
    third?.giveUp();
    await third?.ended;
  });
});
