import type { ConformanceProbe, ProbeTestbed } from '../probe.ts';
import type { Script } from '../scripted-callee.ts';

/** More calls at once than there may be, of a callee that takes its time. */
export const requests: ConformanceProbe = {
  field: 'limits.requests',
  policy: { timeout: '10s', limits: { requests: 5 } },
  expected: '5 reach it, 15 end UNAVAILABLE',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts({ rest: 'answer late' });
    const ended = await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await receivedRequests();
    const refused = ended.filter(({ code }) => code === 'UNAVAILABLE').length;
    return `${callee?.length} reach it, ${refused} end UNAVAILABLE`;
  },
};

/** Many calls at once, of a callee that always fails. */
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

/** More calls at once than connections have streams for. */
export const connections: ConformanceProbe = {
  field: 'limits.connections',
  policy: { timeout: '10s', limits: { connections: 2 } },
  isBare: true,
  expected: '2 connections for 20 calls',
  run: async (testbed) => {
    const { receivedRequests, setScripts, call } = testbed;
    await playNarrow(testbed);
    // Envoy fills a new connection before it hears how many streams that may have; the callee refuses the rest.
    await Promise.all(Array.from({ length: 20 }, () => call()));
    await setScripts(NARROW);
    const ended = await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await receivedRequests();
    const used = new Set(callee?.map(({ connection }) => connection));
    return `${used.size} connections for ${ended.filter(({ code }) => code === 'OK').length} calls`;
  },
};

/** More calls at once than may wait for a stream of the one connection. */
export const pendingRequests: ConformanceProbe = {
  field: 'limits.pendingRequests',
  policy: { timeout: '10s', limits: { connections: 1, pendingRequests: 3 } },
  isBare: true,
  expected: '7 reach it, 13 end UNAVAILABLE',
  run: async (testbed) => {
    const { receivedRequests, call } = testbed;
    await playNarrow(testbed);
    const ended = await Promise.all(Array.from({ length: 20 }, () => call()));
    const [callee] = await receivedRequests();
    const refused = ended.filter(({ code }) => code === 'UNAVAILABLE').length;
    return `${callee?.length} reach it, ${refused} end UNAVAILABLE`;
  },
};

/** A callee that takes its time, four streams of a connection at a time. */
const NARROW: Script = { rest: 'answer late', maxStreams: 4 };
/** How often a caller that lost its connection is asked until it has another. */
const RECONNECTS = 100;

/** Plays it to a caller that knows of it. */
async function playNarrow({ setScripts, call }: ProbeTestbed): Promise<void> {
  await setScripts({ maxStreams: 4 });
  for (let turn = 0; turn < RECONNECTS && (await call()).code !== 'OK'; turn++);
  await setScripts(NARROW);
}
