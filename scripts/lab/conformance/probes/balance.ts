import type { Balance } from '../../../../mesh/policy/balance.ts';
import type { ConformanceProbe } from '../probe.ts';
import type { ReceivedRequest } from '../scripted-callee.ts';

/** So many that a share of a ninth, by chance, is told from a third. */
const CALLS = 240;

const policy = (balance: Balance) => ({ timeout: '10s', balance }) as const;

/** Three callees that are alike, asked one after the other. */
export const roundRobin: ConformanceProbe = {
  field: 'balance.round-robin',
  policy: policy({ kind: 'round-robin' }),
  callees: 3,
  expected: '10, 10, 10',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    for (let turn = 0; turn < 30; turn++) await call();
    return (await receivedRequests()).map(({ length }) => length).join(', ');
  },
};

/** Three callees that are alike: by chance, two in a row are the same one. */
export const random: ConformanceProbe = {
  field: 'balance.random',
  policy: policy({ kind: 'random' }),
  callees: 3,
  expected: 'by chance',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    for (let turn = 0; turn < 90; turn++) await call();
    const order = (await receivedRequests())
      .flatMap((requests, callee) => requests.map(({ timeMs: at }) => ({ at, callee })))
      .toSorted((one, other) => one.at - other.at);
    const repeats = order.filter(({ callee }, index) => callee === order[index - 1]?.callee).length;
    // 30 are expected; fewer than 8 or more than 60 is less likely than one in a million.
    return repeats > 8 && repeats < 60 ? 'by chance' : `${repeats} in a row of ${order.length}`;
  },
};

/** Three callees of which one is slow, six calls at a time. */
export const leastRequest = busyProbe('balance.least-request', { kind: 'least-request' });
export const moreChoices = busyProbe('balance.least-request.choices', { kind: 'least-request', choices: 3 });

function busyProbe(
  field: 'balance.least-request' | 'balance.least-request.choices',
  balance: Balance,
): ConformanceProbe {
  return {
    field,
    policy: policy(balance),
    callees: 3,
    expected: 'the slow one gets less than a quarter',
    run: async ({ receivedRequests, setScripts, call }) => {
      await setScripts({ rest: 'answer late' });
      let left = CALLS;
      const caller = async () => {
        while (left-- > 0) await call();
      };
      await Promise.all(Array.from({ length: 6 }, caller));
      const callees = await receivedRequests();
      const answered = callees.reduce((sum, { length }) => sum + length, 0);
      if (answered < CALLS) return `${answered} of ${CALLS} reach one`;
      const share = (callees[0]?.length ?? 0) / CALLS;
      return share < 0.2
        ? 'the slow one gets less than a quarter'
        : `the slow one gets ${Math.round(100 * share)} %`;
    },
  };
}

/** Keys of three calls each. */
export const hashHeader: ConformanceProbe = {
  field: 'balance.consistent-hash.header',
  policy: policy({ kind: 'consistent-hash', by: { header: 'x-request-id' } }),
  callees: 3,
  expected: 'a key sticks to one, the keys to several',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    // Of no number that callees divide: in turn, each key would come to one of them by itself.
    for (let turn = 0; turn < 57; turn++) await call({ key: `key-${turn % 19}` });
    const of = new Map<unknown, Set<number>>();
    const callees = await receivedRequests();
    for (const [callee, requests] of callees.entries()) {
      for (const { headers } of requests)
        of.set(headers['x-request-id'], (of.get(headers['x-request-id']) ?? new Set()).add(callee));
    }
    return stickiness(
      callees,
      [...of.values()].every(({ size }) => size === 1),
    );
  },
};

function stickiness(callees: readonly (readonly ReceivedRequest[])[], sticks: boolean): string {
  const several = callees.filter(({ length }) => length > 0).length > 1;
  return `a key ${sticks ? 'sticks to one' : 'goes to several'}, the keys to ${several ? 'several' : 'one'}`;
}

/** Many calls of one caller. */
export const hashSource: ConformanceProbe = {
  field: 'balance.consistent-hash.source',
  policy: policy({ kind: 'consistent-hash', by: { source: true } }),
  callees: 3,
  expected: 'one callee',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    for (let turn = 0; turn < 30; turn++) await call({ key: `key-${turn}` });
    const asked = (await receivedRequests()).filter(({ length }) => length > 0).length;
    return asked === 1 ? 'one callee' : `${asked} callees`;
  },
};

/** Three callees of which one is of a version that weighs three times as much. */
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
    for (let turn = 0; turn < 50; turn++) await call();
    return (await receivedRequests()).map(({ length }) => length).join(', ');
  },
};

/** The same keys, of callees of two versions. */
export const hashVersions: ConformanceProbe = {
  ...hashHeader,
  field: 'balance.consistent-hash.versions',
  callees: 4,
  versions: [
    { name: 'v1', weight: 50, callees: 2 },
    { name: 'v2', weight: 50, callees: 2 },
  ],
};
