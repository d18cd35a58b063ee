import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { DeclaredCall, DeclaredGraph, DeclaredService } from '../../../../mesh/policy/declared-graph.ts';
import { SeededRandom } from '../../chaos/seeded-random.ts';

export interface GraphSize {
  /** At least 10. */
  readonly services: number;
  /** At least the number of services. */
  readonly calls: number;
}

/** Shares of the services in each tier, from the edge to the services that only have a store. */
const TIER_SHARES = [0.04, 0.14, 0.22, 0.24, 0.22, 0.14];
/** Share of the calls that skip a tier. */
const SKIP_SHARE = 0.25;
const TOPICS = 12;
const CONSUMERS_PER_TOPIC = 3;

const POLICIES: readonly CallPolicy[] = [
  { timeout: '2s' },
  {
    timeout: '1s',
    retries: { max: 2, perTryTimeout: '300ms', on: ['connect-failure', 'refused-stream', 'unavailable'] },
    balance: { kind: 'least-request' },
    outlierDetection: { consecutiveErrors: 5, maxEjectionPercent: 50 },
  },
  {
    timeout: '500ms',
    limits: { requests: 256, concurrentRetries: 16 },
    breaker: { failurePercent: 50, minRequests: 20, window: '10s', openTime: '5s' },
  },
];

/**
 * Generates a graph without cycles: tiers of services, each of which calls services of the next two tiers. The same seed
 * gives the same graph.
 */
export function generateGraph(
  { services: serviceCount, calls: callCount }: GraphSize,
  seed: number,
): DeclaredGraph {
  const random = new SeededRandom(seed, 0);
  const tiers = splitIntoTiers(serviceCount);
  const services = tiers.flatMap((tier, depth) => tier.map((name) => serviceOf(name, depth, tiers.length)));
  const byPair = new Map<string, DeclaredCall>();
  const addCall = (caller: string, callee: string) => {
    const policy = POLICIES[byPair.size % POLICIES.length] ?? { timeout: '2s' };
    byPair.set(`${caller}>${callee}`, callOf(caller, callee, policy));
  };
  // Each service has a caller, so that traffic reaches all of them.
  for (const [depth, tier] of tiers.entries())
    for (const name of tier) if (depth > 0) addCall(pick(tiers[depth - 1] ?? [], random), name);
  while (byPair.size < callCount) {
    const depth = random.nextInteger(0, tiers.length - 2);
    const target = Math.min(depth + (random.next() < SKIP_SHARE ? 2 : 1), tiers.length - 1);
    addCall(pick(tiers[depth] ?? [], random), pick(tiers[target] ?? [], random));
  }
  const names = services.map(({ name }) => name);
  const topics = Array.from({ length: TOPICS }, (_, index) => ({
    name: `topic-${index + 1}`,
    publishers: [pick(names, random)],
    consumers: random.shuffle(names).slice(0, CONSUMERS_PER_TOPIC),
  }));
  return { services, calls: [...byPair.values()], topics };
}

/** Returns the names of the services by tier. */
function splitIntoTiers(count: number): readonly (readonly string[])[] {
  let end = 0;
  return TIER_SHARES.map((share, tier) => {
    const start = end;
    end = tier === TIER_SHARES.length - 1 ? count : Math.max(start + 1, Math.round(start + share * count));
    return Array.from({ length: end - start }, (_, index) => nameOf(start + index + 1));
  });
}

function nameOf(number: number): string {
  return `service-${String(number).padStart(3, '0')}`;
}

function serviceOf(name: string, depth: number, depths: number): DeclaredService {
  return {
    name,
    serves: grpcServiceOf(name),
    isEdge: depth === 0,
    hasStore: depth >= depths / 2,
    versions: [{ name: 'v1', weightPercent: 100 }],
  };
}

function callOf(caller: string, callee: string, policy: CallPolicy): DeclaredCall {
  const serves = grpcServiceOf(callee);
  return {
    caller,
    callee,
    name: callee,
    methods: [`${serves}/Get`, `${serves}/Update`],
    layer: 'app',
    policy,
  };
}

/** Returns the protobuf service of a service, such as `bench.service042.v1.Items`. */
function grpcServiceOf(name: string): string {
  return `bench.${name.replace('-', '')}.v1.Items`;
}

function pick<T>(elements: readonly T[], random: SeededRandom): T {
  const element = elements[random.nextInteger(0, elements.length - 1)];
  if (element === undefined) throw new Error('cannot pick an element of an empty list');
  return element;
}
