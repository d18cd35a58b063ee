import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FaultInjector, failEvenly } from '../../../../services/kit/server/fault-injector.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const never = () => new AbortController().signal;
const NO_FAULT = { failPercent: 0, delayMs: 0 };
const world = productWorld();
const open: (() => void)[] = [];
afterEach(async () => {
  for (const end of open.splice(0)) end();
  await world.close();
});

/** Starts `count` calls that the injector delays until they are aborted. */
function delayedCalls(faults: FaultInjector, count: number) {
  return Array.from({ length: count }, () => {
    const controller = new AbortController();
    const abort = () => controller.abort(new Error('aborted by the test'));
    open.push(abort);
    return { ended: faults.apply('', controller.signal).catch(() => {}), abort };
  });
}

test('fails as many of any hundred consecutive calls as failPercent says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.nat(200), (percent, before) => {
      const shouldFail = failEvenly(percent);
      for (let call = 0; call < before; call += 1) shouldFail();
      const failed = Array.from({ length: 100 }, shouldFail).filter(Boolean).length;
      expect(failed).toBe(percent);
    }),
  );
});

test('a server fails the configured share of calls with failed-on-purpose', async () => {
  const { address } = await world.serve(
    { getProduct: async () => ({ product: PRODUCT }) },
    { faultInjector: new FaultInjector({ failPercent: 50, delayMs: 0 }) },
  );
  const client = world.client([address]);
  const outcomes = [];
  for (let call = 0; call < 4; call += 1)
    outcomes.push(
      await client.getProduct({ id: 'a' }).then(
        () => 'served',
        ({ code }) => code,
      ),
    );
  expect(outcomes).toEqual(['served', 'failed-on-purpose', 'served', 'failed-on-purpose']);
});

test('an injector without a fault lets calls pass', async () => {
  await new FaultInjector(NO_FAULT).apply('', never());
});

test('a fault that is injected later applies from the next call on', async () => {
  const faults = new FaultInjector(NO_FAULT);
  faults.inject({ failPercent: 50, delayMs: 0 });
  const ended = await Promise.allSettled(Array.from({ length: 10 }, () => faults.apply('', never())));
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(5);
});

test('calls are counted by key until the next fault is injected', async () => {
  const faults = new FaultInjector(NO_FAULT);
  for (const key of ['a', 'b', 'a', '']) await faults.apply(key, never());
  expect(faults.callsByKey).toEqual({ a: 2, b: 1 });
  faults.inject(NO_FAULT);
  expect(faults.callsByKey).toEqual({});
});

describe('with one slot', () => {
  test('queued calls run in turn as the call before them ends', async () => {
    const faults = new FaultInjector({ failPercent: 0, delayMs: 60_000, slots: 1 });
    const [first, second] = delayedCalls(faults, 2);
    first?.abort();
    await first?.ended;
    faults.inject({ failPercent: 0, delayMs: 1, slots: 1 });
    // The second call holds the slot for a minute: a third one waits until the second is aborted.
    const [third] = delayedCalls(faults, 1);
    second?.abort();
    await second?.ended;
    await third?.ended;
  });

  test('a call that is aborted while queued does not consume the slot of the next', async () => {
    const faults = new FaultInjector({ failPercent: 0, delayMs: 60_000, slots: 1 });
    const [first, second, third] = delayedCalls(faults, 3);
    second?.abort();
    await second?.ended;
    faults.inject({ failPercent: 0, delayMs: 1, slots: 1 });
    first?.abort();
    await first?.ended;
    third?.abort();
    await third?.ended;
  });
});
