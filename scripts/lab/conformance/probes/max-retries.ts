import type { ConformanceProbe } from '../probe.ts';

/** Counts the attempts of a call to a callee that always fails. */
export const maxRetries: ConformanceProbe = {
  field: 'retries.max',
  policy: {
    timeout: '10s',
    retries: { max: 7, on: ['unavailable'], backOff: { base: '1ms', max: '1ms' } },
  },
  expected: '8 attempts, then UNAVAILABLE',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer UNAVAILABLE' });
    const { code } = await call();
    const [callee] = await receivedRequests();
    return `${callee?.length} attempts, then ${code}`;
  },
};
