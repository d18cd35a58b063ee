import type { Replica } from '../testbed/testbed.ts';
import { type FaultSettings, injectFault } from './fault-client.ts';
import { measureMovedKeys } from './moved-keys.ts';
import type { Scenario } from './scenario.ts';

const BROWSING = {
  traffic: 'browse products',
  callee: 'product',
  requestsPerSecond: 80,
  durationS: 8,
} as const;

/** All scenarios, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...BROWSING,
    name: 'calm',
    title: 'No faults',
    description: 'The three replicas of product are healthy. The run shows the baseline cost of each layer.',
    measure: 'cost',
  },
  {
    ...BROWSING,
    name: 'slow-replica',
    title: 'One slow replica of three',
    description:
      'One replica of product serves one call at a time and takes 60 ms for each, which is less than its share of the load.',
    measure: 'p99',
    prepare: (replicas) => injectFaults(replicas.slice(1, 2), { delayMs: 60, slots: 1 }, '16 calls/s'),
  },
  {
    ...BROWSING,
    name: 'failing-replica',
    title: 'One failing replica of three',
    description: 'One replica of product fails every call with UNAVAILABLE.',
    measure: 'success',
    prepare: (replicas) => injectFaults(replicas.slice(1, 2), { failPercent: 100 }, 'fails'),
  },
  {
    ...BROWSING,
    name: 'errors-everywhere',
    title: '30 % errors everywhere',
    description: 'Each replica of product fails 30 % of its calls with UNAVAILABLE.',
    measure: 'success',
    prepare: (replicas) => injectFaults(replicas, { failPercent: 30 }, 'fails 30 %'),
  },
  {
    traffic: 'place orders',
    callee: 'product',
    requestsPerSecond: 12,
    durationS: 8,
    name: 'dead-service',
    title: 'A failed service, two calls away',
    description:
      'Every replica of product fails with UNAVAILABLE. Orders go from gateway to order and from order to product. The run counts the attempts that product receives for one order.',
    measure: 'attempts',
    prepare: (replicas) => injectFaults(replicas, { failPercent: 100 }, 'fails'),
  },
  {
    ...BROWSING,
    name: 'latency-spike',
    title: 'A latency spike',
    description:
      'From second 2 to second 5, every call of product takes 1.5 s, three times its deadline of 500 ms.',
    measure: 'p99',
    async runDuringLoad(testbed, waitUntil) {
      const replicas = await testbed.replicas('product');
      await waitUntil(2);
      await injectFaults(replicas, { delayMs: 1_500 }, 'slow');
      await waitUntil(5);
      await injectFaults(replicas, {}, '');
      return {};
    },
  },
  {
    ...BROWSING,
    name: 'overload',
    title: 'Twice the capacity',
    description:
      'Each replica of product serves two calls at a time and takes 80 ms for each: 75 calls/s in total. 150 requests/s arrive.',
    measure: 'goodput',
    requestsPerSecond: 150,
    prepare: (replicas) => injectFaults(replicas, { delayMs: 80, slots: 2 }, '25 calls/s'),
  },
  {
    ...BROWSING,
    name: 'rolling-restart',
    title: 'A rolling restart',
    description: 'The replicas of product restart one after the other.',
    measure: 'success',
    durationS: 30,
    async runDuringLoad(testbed, waitUntil) {
      await waitUntil(1);
      await testbed.restart('product');
      return {};
    },
  },
  {
    traffic: 'list notifications',
    callee: 'notification',
    requestsPerSecond: 80,
    durationS: 12,
    name: 'consistent-hash',
    title: 'A host leaves a consistent hash and returns',
    description:
      'Calls of notification are balanced by a key with a skewed distribution. At second 4 one of three hosts leaves, at second 8 it returns.',
    measure: 'spread',
    runDuringLoad: measureMovedKeys,
  },
];

/** Injects the same fault into replicas. @returns `description` by the name of each replica */
async function injectFaults(replicas: readonly Replica[], fault: FaultSettings, description: string) {
  await Promise.all(replicas.map((replica) => injectFault(replica, fault)));
  return Object.fromEntries(replicas.map(({ name }) => [name, description]));
}

/**
 * Parses the option `--scenarios`.
 * @param names separated by commas. @default all
 * @throws Error that names an unknown scenario
 */
export function parseScenarios(names: string | undefined): readonly Scenario[] {
  if (names === undefined) return SCENARIOS;
  return names.split(',').map((name) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario) return scenario;
    const valid = SCENARIOS.map((one) => one.name).join(', ');
    throw new Error(`--scenarios '${name}' is unknown; use any of ${valid}`);
  });
}
