import type { ConformanceProbe, ProbeTestbed } from '../probe.ts';
import type { Script } from '../scripted-callee.ts';

/** Sends more concurrent calls than the limit to a slow callee. */
export const requests: ConformanceProbe = {
  field: 'limits.requests',
  policy: { timeout: '10s', limits: { requests: 5 } },
  expected: '5 reach the callee, 15 end UNAVAILABLE',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer late' });
    const results = await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await receivedRequests();
    const rejected = results.filter(({ code }) => code === 'UNAVAILABLE').length;
    return `${callee?.length} reach the callee, ${rejected} end UNAVAILABLE`;
  },
};

/** Sends concurrent calls to a callee that always fails. */
export const concurrentRetries: ConformanceProbe = {
  field: 'limits.concurrentRetries',
  policy: {
    timeout: '10s',
    retries: { max: 1, on: ['unavailable'], backOff: { base: '200ms', max: '200ms' } },
    limits: { concurrentRetries: 4 },
  },
  expected: '4 retries of 20 calls',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer UNAVAILABLE' });
    await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await receivedRequests();
    return `${(callee?.length ?? 0) - 20} retries of 20 calls`;
  },
};

/** Sends more concurrent calls than the streams of one connection. */
export const connections: ConformanceProbe = {
  field: 'limits.connections',
  policy: { timeout: '10s', limits: { connections: 2 } },
  isBare: true,
  expected: '2 connections for 20 calls',
  run: async (testbed) => {
    const { receivedRequests, setScripts, call } = testbed;
    await limitStreams(testbed);
    // Envoy opens streams on a new connection before it knows the maximum; the callee refuses the excess streams.
    await Promise.all(Array.from({ length: 20 }, () => call()));
    await setScripts(FOUR_STREAMS);
    const results = await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await receivedRequests();
    const usedConnections = new Set(callee?.map(({ connection }) => connection));
    return `${usedConnections.size} connections for ${results.filter(({ code }) => code === 'OK').length} calls`;
  },
};

/** Sends more concurrent calls than may wait for a stream of the single connection. */
export const pendingRequests: ConformanceProbe = {
  field: 'limits.pendingRequests',
  policy: { timeout: '10s', limits: { connections: 1, pendingRequests: 3 } },
  isBare: true,
  expected: '7 reach the callee, 13 end UNAVAILABLE',
  run: async (testbed) => {
    const { receivedRequests, call } = testbed;
    await limitStreams(testbed);
    const results = await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await receivedRequests();
    const rejected = results.filter(({ code }) => code === 'UNAVAILABLE').length;
    return `${callee?.length} reach the callee, ${rejected} end UNAVAILABLE`;
  },
};

/** A slow callee that allows four concurrent streams per connection. */
const FOUR_STREAMS: Script = { rest: 'answer late', maxStreams: 4 };
/** Maximum number of calls until the caller has reconnected. */
const MAX_RECONNECT_CALLS = 100;

/** Limits the streams of the callee, and waits until the caller has a connection with that limit. */
async function limitStreams({ setScripts, call }: ProbeTestbed): Promise<void> {
  await setScripts({ maxStreams: 4 });
  for (let index = 0; index < MAX_RECONNECT_CALLS && (await call()).code !== 'OK'; index++);
  await setScripts(FOUR_STREAMS);
}
