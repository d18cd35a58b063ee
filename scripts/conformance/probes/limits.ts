import type { Probe } from '../probe.ts';

/** More calls at once than there may be, of a callee that takes its time. */
export const requests: Probe = {
  field: 'limits.requests',
  policy: { timeout: '10s', limits: { requests: 5 } },
  expected: '5 reach it, 15 end UNAVAILABLE',
  run: async ({ seen, play, call }) => {
    await play({ rest: 'answer late' });
    const ended = await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await seen();
    const refused = ended.filter(({ code }) => code === 'UNAVAILABLE').length;
    return `${callee?.length} reach it, ${refused} end UNAVAILABLE`;
  },
};

/** Many calls at once, of a callee that always fails. */
export const concurrentRetries: Probe = {
  field: 'limits.concurrentRetries',
  policy: {
    timeout: '10s',
    retries: { attempts: 1, on: ['unavailable'], backOff: { base: '200ms', max: '200ms' } },
    limits: { concurrentRetries: 4 },
  },
  expected: '4 retries of 20 calls',
  run: async ({ seen, play, call }) => {
    await play({ rest: 'answer UNAVAILABLE' });
    await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await seen();
    return `${(callee?.length ?? 0) - 20} retries of 20 calls`;
  },
};
