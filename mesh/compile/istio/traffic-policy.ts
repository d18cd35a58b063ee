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

/** The part of a call policy that Istio keeps with the destination. */
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
    // No field of Istio's asks for latencies: synthesis refuses it before this is applied.
    case 'peak-ewma':
    case 'least-request':
      return { simple: 'LEAST_REQUEST' };
    // The route's weights choose the version; within it endpoints take turns.
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
