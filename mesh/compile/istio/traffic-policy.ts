import type {
  DestinationRuleTrafficPolicy,
  DestinationRuleTrafficPolicyConnectionPool,
  DestinationRuleTrafficPolicyLoadBalancer,
  DestinationRuleTrafficPolicyOutlierDetection,
} from '../../../imports/networking.istio.io.ts';
import type { Balance, ConsistentHash } from '../../policy/balance.ts';
import type { CallPolicy, Limits, OutlierDetection } from '../../policy/call-policy.ts';
import { withOutlierDefaults } from '../../policy/outlier-defaults.ts';
import { istioDuration } from './istio-duration.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';

/** Converts the part of a call policy that belongs to a DestinationRule. */
export function trafficPolicy(policy: CallPolicy): DestinationRuleTrafficPolicy {
  const { balance = { kind: 'round-robin' }, limits, outlierDetection, retries } = policy;
  const budget = retries?.budget;
  return {
    loadBalancer: loadBalancer(balance),
    connectionPool: connectionPool(limits),
    ...(outlierDetection && { outlierDetection: ejection(outlierDetection) }),
    ...(budget && { retryBudget: { percent: budget.percent, minRetryConcurrency: budget.minConcurrency } }),
  };
}

function loadBalancer(balance: Balance): DestinationRuleTrafficPolicyLoadBalancer {
  switch (balance.kind) {
    case 'consistent-hash':
      return { consistentHash: consistentHash(balance) };
    case 'random':
      return { simple: 'RANDOM' };
    // Istio has no latency-aware balancing. Synthesis refuses this policy, so the result is never applied.
    case 'peak-ewma':
    case 'least-request':
      return { simple: 'LEAST_REQUEST' };
    // The weights of the route choose the version. Endpoints within a version use round robin.
    case 'weighted-round-robin':
    case 'round-robin':
      return { simple: 'ROUND_ROBIN' };
  }
}

function consistentHash({ by, table }: ConsistentHash) {
  return {
    ...('header' in by ? { httpHeaderName: by.header } : { useSourceIp: true }),
    ...(table?.kind === 'maglev'
      ? { maglev: { tableSize: table.tableSize ?? 65_537 } }
      : { ringHash: { minimumRingSize: table?.minSize ?? 1_024 } }),
  };
}

function connectionPool(limits: Limits | undefined): DestinationRuleTrafficPolicyConnectionPool {
  if (!limits) return { tcp: TCP_LIVENESS };
  const { connections, pendingRequests, requests, concurrentRetries } = limits;
  return {
    tcp: { ...(connections !== undefined && { maxConnections: connections }), ...TCP_LIVENESS },
    http: {
      ...(pendingRequests !== undefined && { http1MaxPendingRequests: pendingRequests }),
      ...(requests !== undefined && { http2MaxRequests: requests }),
      ...(concurrentRetries !== undefined && { maxRetries: concurrentRetries }),
    },
  };
}

function ejection(detection: OutlierDetection): DestinationRuleTrafficPolicyOutlierDetection {
  const { consecutiveErrors, interval, baseEjectionTime, maxEjectionPercent, minHealthPercent } =
    withOutlierDefaults(detection);
  return {
    consecutive5xxErrors: consecutiveErrors,
    interval: istioDuration(interval),
    baseEjectionTime: istioDuration(baseEjectionTime),
    maxEjectionPercent,
    minHealthPercent,
  };
}
