import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AdaptiveLimit } from '../../../../../services/kit/server/admission/adaptive-limit.ts';

const WORKERS = 10;
const SERVICE_MS = 10;

/** A callee of ten workers that take 5 to 15 ms, under requests that come by chance, in simulated time. */
function simulate(load: number, limit: AdaptiveLimit, seed: number) {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const gap = () => (-Math.log(1 - random()) * SERVICE_MS) / WORKERS / load;
  const free: number[] = Array(WORKERS).fill(0);
  const open: { readonly at: number; readonly ms: number }[] = [];
  const took: number[] = [];
  const end = 10_000;
  for (let now = 0; now < end; now += gap()) {
    open.sort((one, other) => one.at - other.at);
    for (let first = open[0]; first && first.at <= now; first = open[0]) {
      open.shift();
      limit.release(first.ms);
      if (now > end / 10) took.push(first.ms);
    }
    if (!limit.tryAcquire(false)) continue;
    const worker = free.indexOf(Math.min(...free));
    const endMs = Math.max(now, free[worker] ?? 0) + SERVICE_MS * (0.5 + random());
    free[worker] = endMs;
    open.push({ at: endMs, ms: endMs - now });
  }
  took.sort((one, other) => one - other);
  return {
    goodput: took.length / ((0.9 * end * WORKERS) / SERVICE_MS),
    p99: took[Math.floor(took.length * 0.99)] ?? Number.NaN,
  };
}

test.each([1.2, 2, 5])('at %f times the capacity, the capacity is used and latency stays low', (load) => {
  for (const seed of [1, 2, 3]) {
    const { goodput, p99 } = simulate(load, new AdaptiveLimit({ minLimit: 4, maxLimit: 1_000 }), seed);
    expect(goodput).toBeGreaterThan(0.9);
    expect(p99).toBeLessThan(8 * SERVICE_MS);
  }
  // Without a limit that adapts, the queue grows for as long as there is room.
  const { p99 } = simulate(load, new AdaptiveLimit({ minLimit: 1_000, maxLimit: 1_000 }), 1);
  expect(p99).toBeGreaterThan(30 * SERVICE_MS);
});

test('below the capacity almost no request is rejected', () => {
  expect(simulate(0.5, new AdaptiveLimit({ minLimit: 10, maxLimit: 1_000 }), 1).goodput).toBeGreaterThan(
    0.48,
  );
});

test('the limit stays between its bounds for any sequence of latencies', () => {
  const steps = fc.array(
    fc.record({ enters: fc.integer({ min: 0, max: 50 }), ms: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const limit = new AdaptiveLimit({ minLimit: 2, maxLimit: 40 });
      for (const { enters, ms } of all) {
        let entered = 0;
        for (let enter = 0; enter < enters; enter++) if (limit.tryAcquire(false)) entered++;
        expect(entered).toBeLessThanOrEqual(limit.limit);
        for (let leave = 0; leave < entered; leave++) limit.release(ms);
        expect(limit.limit).toBeGreaterThanOrEqual(2);
        expect(limit.limit).toBeLessThanOrEqual(40);
      }
    }),
  );
});

test('callers of low priority leave a quarter of the limit to the others', () => {
  const limit = new AdaptiveLimit({ minLimit: 8, maxLimit: 8 });
  const entered = (isLow: boolean) => {
    let count = 0;
    while (limit.tryAcquire(isLow)) count++;
    return count;
  };
  expect(entered(true)).toBe(6);
  expect(entered(false)).toBe(2);
});
