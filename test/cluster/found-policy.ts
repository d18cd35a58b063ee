import type { Call } from '../../mesh/graph/call.ts';
import { Service } from '../../mesh/graph/service.ts';
import { type EffectivePolicy, UNLIMITED } from './effective-policy.ts';
import type {
  ProxyCluster,
  ProxyFault,
  ProxyPercent,
  ProxyRetryPolicy,
  ProxyRoute,
  ProxyRouteConfig,
} from './proxy-config.ts';

/**
 * Returns what the sidecar of a caller does with a call: one value for each route that a request may take, by method,
 * headers and version.
 */
export function foundPolicies(
  { paths, callee }: Call,
  routes: readonly ProxyRouteConfig[],
  clusters: readonly ProxyCluster[],
): readonly EffectivePolicy[] {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const host = `${callee.host}:${Service.grpcPort}`;
  const mine = routes
    .filter(({ name }) => name === String(Service.grpcPort))
    .flatMap(({ virtualHosts = [] }) => virtualHosts.filter(({ name }) => name === host))
    .flatMap((virtualHost) => virtualHost.routes ?? []);
  return paths.flatMap((path) => {
    const ofPath = mine.filter(({ match }) => match.path === path);
    if (ofPath.length === 0) throw new Error(`the proxy has no route for ${path}`);
    return ofPath.flatMap((route) =>
      clustersOf(route).map((name) => {
        const cluster = byName.get(name);
        if (!cluster) throw new Error(`the proxy has no cluster ${name}`);
        return foundPolicy(route, cluster);
      }),
    );
  });
}

export function clustersOf({ route = {} }: ProxyRoute): readonly string[] {
  const { cluster, weightedClusters } = route;
  return weightedClusters ? weightedClusters.clusters.map(({ name }) => name) : cluster ? [cluster] : [];
}

function foundPolicy(proxyRoute: ProxyRoute, cluster: ProxyCluster): EffectivePolicy {
  const { route = {}, typedPerFilterConfig = {} } = proxyRoute;
  const { retryPolicy } = route;
  const [thresholds = {}] = cluster.circuitBreakers?.thresholds ?? [];
  const { outlierDetection: outlier } = cluster;
  const fault = typedPerFilterConfig['envoy.filters.http.fault'];
  return {
    timeoutMs: durationMs(route.timeout),
    retries: retryPolicy ? foundRetries(retryPolicy) : 'none',
    fault: fault ? foundFault(fault) : 'none',
    balance: foundBalance(proxyRoute, cluster),
    outlierDetection: outlier
      ? {
          consecutiveErrors: outlier.consecutive5xx,
          intervalMs: durationMs(outlier.interval),
          baseEjectionMs: durationMs(outlier.baseEjectionTime),
          maxEjectionPercent: outlier.maxEjectionPercent,
          minHealthPercent: cluster.commonLbConfig?.healthyPanicThreshold?.value ?? 0,
        }
      : 'none',
    limits: {
      connections: thresholds.maxConnections,
      pendingRequests: thresholds.maxPendingRequests,
      requests: thresholds.maxRequests,
      // Envoy uses the budget if there is one.
      concurrentRetries: thresholds.maxRetries ?? UNLIMITED,
    },
    retryBudget: thresholds.retryBudget ? foundBudget(thresholds.retryBudget) : 'none',
    identities: identitiesOf(cluster),
    unknown: [
      ...otherFields(route, ROUTE),
      ...otherFields(retryPolicy, RETRY_POLICY),
      ...otherFields(outlier, OUTLIER_DETECTION),
      ...otherFields(thresholds, THRESHOLDS),
      ...otherFields(typedPerFilterConfig, ['envoy.filters.http.fault']),
    ],
  };
}

const ROUTE = ['cluster', 'weightedClusters', 'timeout', 'maxGrpcTimeout', 'retryPolicy', 'hashPolicy'];
/** The last two send a retry to another endpoint. */
const RETRY_POLICY = [
  'retryOn',
  'numRetries',
  'perTryTimeout',
  'retryBackOff',
  'retryHostPredicate',
  'hostSelectionRetryMaxAttempts',
];
const OUTLIER_DETECTION = [
  'consecutive5xx',
  'interval',
  'baseEjectionTime',
  'maxEjectionPercent',
  'enforcingConsecutive5xx',
  'enforcingSuccessRate',
];
const THRESHOLDS = ['maxConnections', 'maxPendingRequests', 'maxRequests', 'maxRetries', 'retryBudget'];

function otherFields(value: object | undefined, fields: readonly string[]): readonly string[] {
  return Object.keys(value ?? {}).filter((key) => !fields.includes(key));
}

export function foundRetries({ retryOn = '', numRetries, perTryTimeout, retryBackOff }: ProxyRetryPolicy) {
  return {
    attempts: numRetries,
    on: retryOn.split(',').toSorted(),
    perTryMs: perTryTimeout ? durationMs(perTryTimeout) : 'timeout',
    backOffMs: retryBackOff ? durationMs(retryBackOff.baseInterval) : 'default',
  };
}

function foundFault({ delay, abort }: ProxyFault) {
  return {
    ...(delay && { delay: { percent: percent(delay.percentage), ms: durationMs(delay.fixedDelay) } }),
    ...(abort && { abort: { percent: percent(abort.percentage), status: abort.grpcStatus } }),
  };
}

interface HashPolicy {
  readonly header?: { readonly headerName: string };
  readonly connectionProperties?: { readonly sourceIp?: boolean };
}

function foundBalance({ route = {} }: ProxyRoute, cluster: ProxyCluster): object {
  // Envoy omits the first value of the enumeration.
  const { lbPolicy: policy = 'ROUND_ROBIN' } = cluster;
  if (policy !== 'RING_HASH' && policy !== 'MAGLEV') return { policy };
  const [hash = {}] = (route.hashPolicy ?? []) as readonly HashPolicy[];
  const { minimumRingSize } = (cluster.ringHashLbConfig ?? {}) as { minimumRingSize?: string };
  const { tableSize } = (cluster.maglevLbConfig ?? {}) as { tableSize?: string };
  const by = hash.header ? hash.header.headerName : hash.connectionProperties?.sourceIp && 'source';
  return { policy, by, size: Number(minimumRingSize ?? tableSize) };
}

function foundBudget(budget: unknown) {
  const { budgetPercent, minRetryConcurrency } = budget as {
    readonly budgetPercent?: { readonly value?: number };
    readonly minRetryConcurrency?: number;
  };
  return { percent: budgetPercent?.value, minConcurrency: minRetryConcurrency };
}

/** Returns the identities that the certificate of a cluster's endpoints may have. */
export function identitiesOf({ transportSocketMatches = [] }: ProxyCluster): readonly string[] {
  const mutual = transportSocketMatches.find(({ name }) => name === 'tlsMode-istio');
  const { commonTlsContext } = mutual?.transportSocket.typedConfig ?? {};
  const names = commonTlsContext?.combinedValidationContext?.defaultValidationContext?.matchSubjectAltNames;
  return (names ?? []).map(({ exact = '' }) => exact);
}

const DENOMINATORS: Readonly<Record<string, number>> = {
  HUNDRED: 100,
  TEN_THOUSAND: 10_000,
  MILLION: 1_000_000,
};

function percent({ numerator = 0, denominator = 'HUNDRED' }: ProxyPercent = {}): number {
  return (numerator * 100) / (DENOMINATORS[denominator] ?? Number.NaN);
}

/** Converts a duration of protobuf JSON, such as `1.500s`, to milliseconds. */
function durationMs(text: unknown): number {
  return Math.round(Number.parseFloat(String(text ?? 'NaN')) * 1_000);
}
