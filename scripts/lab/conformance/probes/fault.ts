import type { ConformanceProbe } from '../probe.ts';

/** A callee that would answer. */
export const abort: ConformanceProbe = {
  field: 'fault.abort',
  policy: { timeout: '10s', fault: { abort: { percent: 100, grpcStatus: 'ABORTED' } } },
  expected: 'ABORTED, and nothing reaches it',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    const { code } = await call();
    const [callee] = await receivedRequests();
    return `${code}, and ${callee?.length === 0 ? 'nothing' : 'the call'} reaches it`;
  },
};

export const delay: ConformanceProbe = {
  field: 'fault.delay',
  policy: { timeout: '10s', fault: { delay: { percent: 100, duration: '200ms' } } },
  expected: 'OK, 200 ms later',
  run: async ({ setScripts, call }) => {
    await setScripts();
    const { code, durationMs: ms } = await call();
    return `${code}, ${ms >= 190 ? '200 ms later' : 'at once'}`;
  },
};

export const retries: ConformanceProbe = {
  field: 'fault.retries',
  policy: {
    timeout: '10s',
    fault: { abort: { percent: 25, grpcStatus: 'UNAVAILABLE' } },
    retries: { max: 10, on: ['unavailable'], backOff: { base: '1ms', max: '1ms' } },
  },
  expected: 'a retry helps',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    let failed = 0;
    for (let turn = 0; turn < 60; turn++) if ((await call()).code !== 'OK') failed++;
    if (failed > 0) return 'a retry does not help';
    const [callee] = await receivedRequests();
    const isRetry = callee?.some(({ headers }) => 'grpc-previous-rpc-attempts' in headers);
    return isRetry ? 'a retry helps' : 'there is no fault';
  },
};
