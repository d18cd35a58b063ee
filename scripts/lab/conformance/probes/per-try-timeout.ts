import type { ConformanceProbe } from '../probe.ts';

/** Calls a callee that does not answer the first attempt. */
export const perTryTimeout: ConformanceProbe = {
  field: 'retries.perTryTimeout',
  policy: {
    timeout: '3s',
    retries: {
      max: 2,
      on: ['reset', 'deadline-exceeded'],
      perTryTimeout: '200ms',
      backOff: { base: '1ms', max: '1ms' },
    },
  },
  expected: '2 attempts, then OK',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ first: ['hang'] });
    const { code } = await call();
    const [callee] = await receivedRequests();
    return `${callee?.length} attempts, then ${code}`;
  },
};
