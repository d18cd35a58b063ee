import { expect, test } from '@jest/globals';
import { FaultCourse } from '../../../../scripts/lab/chaos/fault-course.ts';
import type { Fault } from '../../../../scripts/lab/chaos/planned-faults.ts';
import type { Begun } from '../../../../scripts/lab/chaos/stage.ts';

const FAULTS = [2, 5, 5, 9].map((after): Fault => ({ kind: 'kill', target: 'order', after }));

/** A course whose faults begin when the test says so. */
function course() {
  const waiting: PromiseWithResolvers<Begun>[] = [];
  const asked: number[] = [];
  const faults = new FaultCourse(FAULTS, ({ after }) => {
    asked.push(after);
    const begun = Promise.withResolvers<Begun>();
    waiting.push(begun);
    return begun.promise;
  });
  return { faults, asked, waiting };
}

/** Whether a promise is settled once all that needs no waiting has happened. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  promise.then(
    () => {
      over = true;
    },
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

const BEGUN = { over: Promise.resolve() };

test('a fault begins with the order that it was planned for, and none before', async () => {
  const { faults, asked } = course();
  for (const order of [0, 1]) await faults.before(order);
  expect(asked).toEqual([]);
  await faults.before(2);
  expect(asked).toEqual([2]);
});

test('orders go on while the last fault begins, and wait for those before it', async () => {
  const { faults, asked, waiting } = course();
  await faults.before(4);
  const next = faults.before(5);
  expect(await isOver(next)).toBe(false);
  waiting[0]?.resolve(BEGUN);
  expect(await isOver(next)).toBe(false);
  expect(asked).toEqual([2, 5]);
  waiting[1]?.resolve(BEGUN);
  expect(await isOver(next)).toBe(true);
  expect(asked).toEqual([2, 5, 5]);
});

test('it is over when every fault was begun, those too that no order came for, and has ended', async () => {
  const { faults, asked, waiting } = course();
  const over = faults.over();
  const end = Promise.withResolvers<void>();
  for (let next = 0; next < FAULTS.length; next++) {
    await isOver(over);
    waiting[next]?.resolve(next === 0 ? { over: end.promise } : BEGUN);
  }
  expect(await isOver(over)).toBe(false);
  end.resolve();
  expect(await isOver(over)).toBe(true);
  expect(asked).toEqual([2, 5, 5, 9]);
});

test('a fault that cannot be done ends it', async () => {
  const { faults, waiting } = course();
  const over = faults.over();
  await isOver(over);
  waiting[0]?.reject(new Error('no process is called order'));
  await expect(over).rejects.toThrow('no process is called order');
});
