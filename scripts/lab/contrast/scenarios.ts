import { movedKeys } from './moved-keys.ts';
import type { Scenario } from './scenario.ts';
import type { Replica, Stage, Trouble } from './stage.ts';

const BROWSING = { traffic: 'looks at products', callee: 'product', rate: 80, seconds: 8 } as const;

/** Everything that goes wrong, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...BROWSING,
    name: 'calm',
    title: 'Nothing goes wrong',
    what: 'The three replicas of product are well. This is what a layer costs when it has nothing to do.',
    measure: 'cost',
  },
  {
    ...BROWSING,
    name: 'slow-replica',
    title: 'One slow replica of three',
    what: 'One replica of product works on one call at a time, for 60 ms: fewer calls than its share of them.',
    measure: 'p99',
    begin: (stage, replicas) => trouble(stage, replicas.slice(1, 2), { delayMs: 60, slots: 1 }, '16 calls/s'),
  },
  {
    ...BROWSING,
    name: 'failing-replica',
    title: 'One failing replica of three',
    what: 'One replica of product answers every call UNAVAILABLE.',
    measure: 'success',
    begin: (stage, replicas) => trouble(stage, replicas.slice(1, 2), { failPercent: 100 }, 'fails'),
  },
  {
    ...BROWSING,
    name: 'errors-everywhere',
    title: '30 % errors everywhere',
    what: 'Each replica of product answers three calls of ten UNAVAILABLE.',
    measure: 'success',
    begin: (stage, replicas) => trouble(stage, replicas, { failPercent: 30 }, 'fails 30 %'),
  },
  {
    traffic: 'places orders',
    callee: 'product',
    rate: 12,
    seconds: 8,
    name: 'dead-service',
    title: 'A dead service, two calls away',
    what: 'Every replica of product answers UNAVAILABLE. Orders go from gateway to order, and from order to product: how many tries does product get for one order?',
    measure: 'attempts',
    begin: (stage, replicas) => trouble(stage, replicas, { failPercent: 100 }, 'fails'),
  },
  {
    ...BROWSING,
    name: 'latency-spike',
    title: 'A latency spike',
    what: 'From the third second to the sixth, every call of product takes a second longer than the half second that its caller has.',
    measure: 'p99',
    async during(stage, elapse) {
      const replicas = await stage.replicas('product');
      await elapse(2);
      await trouble(stage, replicas, { delayMs: 1_500 }, 'slow');
      await elapse(5);
      await trouble(stage, replicas, {}, '');
      return {};
    },
  },
  {
    ...BROWSING,
    name: 'overload',
    title: 'Twice as many requests as can be served',
    what: 'Each replica of product works on two calls at a time, for 80 ms: 75 a second together. 150 arrive.',
    measure: 'goodput',
    rate: 150,
    begin: (stage, replicas) => trouble(stage, replicas, { delayMs: 80, slots: 2 }, '25 calls/s'),
  },
  {
    ...BROWSING,
    name: 'rolling-restart',
    title: 'A rolling restart',
    what: 'The replicas of product are restarted one after the other.',
    measure: 'success',
    seconds: 30,
    async during(stage, elapse) {
      await elapse(1);
      await stage.restart('product');
      return {};
    },
  },
  {
    traffic: 'reads notices',
    callee: 'notification',
    rate: 80,
    seconds: 12,
    name: 'consistent-hash',
    title: 'A host leaves a consistent hash, and comes back',
    what: 'Calls of notification go by a key; few keys are asked for most. In the fifth second one of three hosts leaves, in the ninth it is back.',
    measure: 'spread',
    during: movedKeys,
  },
];

/** Makes replicas misbehave, and says so in words. */
async function trouble(stage: Stage, replicas: readonly Replica[], what: Trouble, words: string) {
  await Promise.all(replicas.map((replica) => stage.rehearse(replica, what)));
  return Object.fromEntries(replicas.map(({ name }) => [name, words]));
}

/**
 * Scenarios by their names, all without.
 * @throws Error that names one that there is not
 */
export function scenariosNamed(names: string | undefined): readonly Scenario[] {
  if (names === undefined) return SCENARIOS;
  return names.split(',').map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found) return found;
    const known = SCENARIOS.map((scenario) => scenario.name).join(', ');
    throw new Error(`--scenarios '${name}' is none: use some of ${known}`);
  });
}
