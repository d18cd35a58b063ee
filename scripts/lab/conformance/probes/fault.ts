import type { ConformanceProbe } from '../probe.ts';

/** Calls a callee that would answer. */
export const abort: ConformanceProbe = {
  field: 'fault.abort',
  policy: { timeout: '10s', fault: { abort: { percent: 100, grpcStatus: 'ABORTED' } } },
  expected: 'ABORTED, and no call reaches the callee',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    const { code } = await call();
    const [callee] = await receivedRequests();
    return `${code}, and ${callee?.length === 0 ? 'no call' : 'the call'} reaches the callee`;
  },
};

export const delay: ConformanceProbe = {
  field: 'fault.delay',
  policy: { timeout: '10s', fault: { delay: { percent: 100, duration: '200ms' } } },
  expected: 'OK, after 200 ms',
  run: async ({ setScripts, call }) => {
    await setScripts();
    const { code, durationMs } = await call();
    return `${code}, ${durationMs >= 190 ? 'after 200 ms' : 'at once'}`;
  },
};

export const retries: ConformanceProbe = {
  field: 'fault.retries',
  policy: {
    timeout: '10s',
    fault: { abort: { percent: 25, grpcStatus: 'UNAVAILABLE' } },
    retries: { max: 10, on: ['unavailable'], backOff: { base: '1ms', max: '1ms' } },
  },
  expected: 'retries avoid the fault',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    let failures = 0;
    for (let index = 0; index < 60; index++) if ((await call()).code !== 'OK') failures++;
    if (failures > 0) return 'retries do not avoid the fault';
    const [callee] = await receivedRequests();
    const isRetry = callee?.some(({ headers }) => 'grpc-previous-rpc-attempts' in headers);
    return isRetry ? 'retries avoid the fault' : 'there is no fault';
  },
};
