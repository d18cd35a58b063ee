import type { ConformanceProbe } from '../probe.ts';

/** Sends sequential calls to three callees, of which one is slow. */
export const hedging: ConformanceProbe = {
  field: 'hedging',
  policy: { timeout: '10s', hedging: { maxAttempts: 2, delay: '50ms' } },
  callees: 3,
  expected: 'no call waits for the slow callee',
  run: async ({ setScripts, call }) => {
    await setScripts({ rest: 'answer late' });
    let maxDurationMs = 0;
    for (let index = 0; index < 9; index++)
      maxDurationMs = Math.max(maxDurationMs, (await call()).durationMs);
    return maxDurationMs < 190 ? 'no call waits for the slow callee' : 'calls wait for the slow callee';
  },
};

/** Sends calls to a callee that always fails. */
export const breaker: ConformanceProbe = {
  field: 'breaker',
  policy: {
    timeout: '10s',
    breaker: { failurePercent: 50, minRequests: 10, window: '10s', openTime: '60s' },
  },
  expected: 'calls stop',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer UNAVAILABLE' });
    for (let index = 0; index < 60; index++) await call();
    const [callee] = await receivedRequests();
    return (callee?.length ?? 0) < 60 ? 'calls stop' : 'calls continue';
  },
};

/** Sends sequential calls to three callees, of which one is slow. Only its latency distinguishes it. */
export const peakEwma: ConformanceProbe = {
  field: 'balance.peak-ewma',
  policy: { timeout: '10s', balance: { kind: 'peak-ewma' } },
  callees: 3,
  expected: 'the slow callee gets less than a quarter',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer late' });
    for (let index = 0; index < 100; index++) await call();
    const callees = await receivedRequests();
    const answered = callees.reduce((sum, { length }) => sum + length, 0);
    if (answered < 100) return `${answered} of 100 reach a callee`;
    const [slowCallee] = callees;
    const share = (slowCallee?.length ?? 0) / 100;
    return share < 0.2
      ? 'the slow callee gets less than a quarter'
      : `the slow callee gets ${Math.round(100 * share)} %`;
  },
};
