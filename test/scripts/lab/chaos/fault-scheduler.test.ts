import { expect, test } from '@jest/globals';
import type { ActiveFault } from '../../../../scripts/lab/chaos/chaos-testbed.ts';
import { FaultScheduler } from '../../../../scripts/lab/chaos/fault-scheduler.ts';
import type { PlannedFault } from '../../../../scripts/lab/chaos/planned-faults.ts';

const FAULTS = [2, 5, 5, 9].map(
  (afterOrders): PlannedFault => ({ kind: 'kill', target: 'order', afterOrders }),
);

/** Creates a scheduler whose faults begin when the test resolves them. */
function createScheduler() {
  const waiting: PromiseWithResolvers<ActiveFault>[] = [];
  const injected: number[] = [];
  const scheduler = new FaultScheduler(FAULTS, ({ afterOrders }) => {
    injected.push(afterOrders);
    const begun = Promise.withResolvers<ActiveFault>();
    waiting.push(begun);
    return begun.promise;
  });
  return { scheduler, injected, waiting };
}

/** Whether a promise fulfills without further waiting. */
async function isFulfilled(promise: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  promise.then(
    () => {
      isDone = true;
    },
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
  return isDone;
}

const INJECTED = { completion: Promise.resolve() };

test('injects a fault when its order is due, not earlier', async () => {
  const { scheduler, injected } = createScheduler();
  for (const order of [0, 1]) await scheduler.advanceTo(order);
  expect(injected).toEqual([]);
  await scheduler.advanceTo(2);
  expect(injected).toEqual([2]);
});

test('lets orders continue while the last due fault begins, but waits for earlier faults', async () => {
  const { scheduler, injected, waiting } = createScheduler();
  await scheduler.advanceTo(4);
  const next = scheduler.advanceTo(5);
  expect(await isFulfilled(next)).toBe(false);
  waiting[0]?.resolve(INJECTED);
  expect(await isFulfilled(next)).toBe(false);
  expect(injected).toEqual([2, 5]);
  waiting[1]?.resolve(INJECTED);
  expect(await isFulfilled(next)).toBe(true);
  expect(injected).toEqual([2, 5, 5]);
});

test('finishes when all faults are injected and over, including those that no order triggered', async () => {
  const { scheduler, injected, waiting } = createScheduler();
  const finished = scheduler.finish();
  const end = Promise.withResolvers<void>();
  for (let next = 0; next < FAULTS.length; next++) {
    await isFulfilled(finished);
    waiting[next]?.resolve(next === 0 ? { completion: end.promise } : INJECTED);
  }
  expect(await isFulfilled(finished)).toBe(false);
  end.resolve();
  expect(await isFulfilled(finished)).toBe(true);
  expect(injected).toEqual([2, 5, 5, 9]);
});

test('rejects when a fault cannot be injected', async () => {
  const { scheduler, waiting } = createScheduler();
  const finished = scheduler.finish();
  await isFulfilled(finished);
  waiting[0]?.reject(new Error('no process has the name order'));
  await expect(finished).rejects.toThrow('no process has the name order');
});
