import type { Balance } from '../../../../mesh/policy/balance.ts';
import type { ConformanceProbe } from '../probe.ts';
import type { ReceivedRequest } from '../scripted-callee.ts';

/** Enough calls to distinguish a share of 1/9 from a share of 1/3. */
const CALLS = 240;

const policy = (balance: Balance) => ({ timeout: '10s', balance }) as const;

/** Sends sequential calls to three equal callees. */
export const roundRobin: ConformanceProbe = {
  field: 'balance.round-robin',
  policy: policy({ kind: 'round-robin' }),
  callees: 3,
  expected: '10, 10, 10',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    for (let index = 0; index < 30; index++) await call();
    return (await receivedRequests()).map(({ length }) => length).join(', ');
  },
};

/** Sends sequential calls to three equal callees. A random choice repeats the previous callee for a third of the calls. */
export const random: ConformanceProbe = {
  field: 'balance.random',
  policy: policy({ kind: 'random' }),
  callees: 3,
  expected: 'random',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    for (let index = 0; index < 90; index++) await call();
    const order = (await receivedRequests())
      .flatMap((requests, callee) => requests.map(({ timeMs }) => ({ timeMs, callee })))
      .toSorted((one, other) => one.timeMs - other.timeMs);
    const repeats = order.filter(({ callee }, index) => callee === order[index - 1]?.callee).length;
    // 30 are expected. The probability of fewer than 8 or more than 60 is below 1e-6.
    return repeats > 8 && repeats < 60 ? 'random' : `${repeats} repeats in ${order.length}`;
  },
};

/** Sends calls to three callees, of which one is slow, with a concurrency of six. */
export const leastRequest = slowCalleeProbe('balance.least-request', { kind: 'least-request' });
export const moreChoices = slowCalleeProbe('balance.least-request.choices', {
  kind: 'least-request',
  choices: 3,
});

function slowCalleeProbe(
  field: 'balance.least-request' | 'balance.least-request.choices',
  balance: Balance,
): ConformanceProbe {
  return {
    field,
    policy: policy(balance),
    callees: 3,
    expected: 'the slow callee gets less than a quarter',
    run: async ({ receivedRequests, setScripts, call }) => {
      await setScripts({ rest: 'answer late' });
      let remaining = CALLS;
      const caller = async () => {
        while (remaining-- > 0) await call();
      };
      await Promise.all(Array.from({ length: 6 }, caller));
      const callees = await receivedRequests();
      const answered = callees.reduce((sum, { length }) => sum + length, 0);
      if (answered < CALLS) return `${answered} of ${CALLS} reach a callee`;
      const share = (callees[0]?.length ?? 0) / CALLS;
      return share < 0.2
        ? 'the slow callee gets less than a quarter'
        : `the slow callee gets ${Math.round(100 * share)} %`;
    },
  };
}

/** Sends three calls for each of 19 keys. */
export const hashHeader: ConformanceProbe = {
  field: 'balance.consistent-hash.header',
  policy: policy({ kind: 'consistent-hash', by: { header: 'x-request-id' } }),
  callees: 3,
  expected: 'each key has one callee, the keys have several',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    // 19 is not a multiple of the number of callees; otherwise round robin would look like a consistent hash.
    for (let index = 0; index < 57; index++) await call({ key: `key-${index % 19}` });
    const calleesByKey = new Map<unknown, Set<number>>();
    const callees = await receivedRequests();
    for (const [callee, requests] of callees.entries()) {
      for (const { headers } of requests) {
        const key = headers['x-request-id'];
        calleesByKey.set(key, (calleesByKey.get(key) ?? new Set()).add(callee));
      }
    }
    return describeStickiness(
      callees,
      [...calleesByKey.values()].every(({ size }) => size === 1),
    );
  },
};

function describeStickiness(callees: readonly (readonly ReceivedRequest[])[], isSticky: boolean): string {
  const hasSeveral = callees.filter(({ length }) => length > 0).length > 1;
  return `each key has ${isSticky ? 'one callee' : 'several callees'}, the keys have ${hasSeveral ? 'several' : 'one'}`;
}

/** Sends calls with many keys from one caller. */
export const hashSource: ConformanceProbe = {
  field: 'balance.consistent-hash.source',
  policy: policy({ kind: 'consistent-hash', by: { source: true } }),
  callees: 3,
  expected: 'one callee',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    for (let index = 0; index < 30; index++) await call({ key: `key-${index}` });
    const reached = (await receivedRequests()).filter(({ length }) => length > 0).length;
    return reached === 1 ? 'one callee' : `${reached} callees`;
  },
};

/** Sends sequential calls to three callees, of which one has a version with three times the weight. */
export const weightedRoundRobin: ConformanceProbe = {
  field: 'balance.weighted-round-robin',
  policy: policy({ kind: 'weighted-round-robin', weights: { v1: 1, v2: 3 } }),
  callees: 3,
  versions: [
    { name: 'v1', weight: 40, callees: 2 },
    { name: 'v2', weight: 60, callees: 1 },
  ],
  expected: '10, 10, 30',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    for (let index = 0; index < 50; index++) await call();
    return (await receivedRequests()).map(({ length }) => length).join(', ');
  },
};

/** Like hashHeader, with callees of two versions. */
export const hashVersions: ConformanceProbe = {
  ...hashHeader,
  field: 'balance.consistent-hash.versions',
  callees: 4,
  versions: [
    { name: 'v1', weight: 50, callees: 2 },
    { name: 'v2', weight: 50, callees: 2 },
  ],
};
