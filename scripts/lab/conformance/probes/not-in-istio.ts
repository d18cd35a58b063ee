import type { ConformanceProbe } from '../probe.ts';

/** Three callees of which one is slow. */
export const hedging: ConformanceProbe = {
  field: 'hedging',
  policy: { timeout: '10s', hedging: { maxAttempts: 2, delay: '50ms' } },
  callees: 3,
  expected: 'no call waits for the slow one',
  run: async ({ setScripts, call }) => {
    await setScripts({ rest: 'answer late' });
    let longest = 0;
    for (let turn = 0; turn < 9; turn++) longest = Math.max(longest, (await call()).durationMs);
    return longest < 190 ? 'no call waits for the slow one' : 'calls wait for the slow one';
  },
};

/** A callee that always fails. */
export const breaker: ConformanceProbe = {
  field: 'breaker',
  policy: {
    timeout: '10s',
    breaker: { failurePercent: 50, minRequests: 10, window: '10s', openTime: '60s' },
  },
  expected: 'calls stop',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer UNAVAILABLE' });
    for (let turn = 0; turn < 60; turn++) await call();
    const [callee] = await receivedRequests();
    return (callee?.length ?? 0) < 60 ? 'calls stop' : 'calls go on';
  },
};

/** Three callees of which one is slow, asked one after the other: only a latency tells. */
export const peakEwma: ConformanceProbe = {
  field: 'balance.peak-ewma',
  policy: { timeout: '10s', balance: { kind: 'peak-ewma' } },
  callees: 3,
  expected: 'the slow one gets less than a quarter',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer late' });
    for (let turn = 0; turn < 100; turn++) await call();
    const callees = await receivedRequests();
    const answered = callees.reduce((sum, { length }) => sum + length, 0);
    if (answered < 100) return `${answered} of 100 reach one`;
    const [slow] = callees;
    const share = (slow?.length ?? 0) / 100;
    return share < 0.2
      ? 'the slow one gets less than a quarter'
      : `the slow one gets ${Math.round(100 * share)} %`;
  },
};
