import type { ConformanceProbe } from '../probe.ts';

const CALLS = 50;

/** Sends concurrent calls to a callee that always fails. */
export const budget: ConformanceProbe = {
  field: 'retries.budget',
  policy: {
    timeout: '10s',
    retries: {
      max: 2,
      on: ['unavailable'],
      backOff: { base: '200ms', max: '200ms' },
      budget: { percent: 20, minConcurrency: 3 },
    },
  },
  expected: 'at most 20 % concurrent retries',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer UNAVAILABLE' });
    await Promise.all(Array.from({ length: CALLS }, () => call()));
    const [callee = []] = await receivedRequests();
    const retries = callee.length - CALLS;
    if (retries === 0) return 'no retries';
    // A retry that ends frees its slot for the second retry of its call, when fewer calls are in flight.
    return retries <= 2 * (CALLS / 5) ? 'at most 20 % concurrent retries' : `${retries} retries`;
  },
};
