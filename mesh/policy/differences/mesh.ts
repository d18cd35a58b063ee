import { approximate, type Differences, EXACT, unsupported } from './difference.ts';

/** Differences of the layer `mesh`: Istio 1.31, from its reference and its CRDs. */
export const MESH: Differences = {
  identity: EXACT,
  timeout: EXACT,
  'retries.max': EXACT,
  'retries.perTryTimeout': EXACT,
  'retries.on.connect-failure': EXACT,
  'retries.on.refused-stream': EXACT,
  'retries.on.connect-failure.alone': EXACT,
  'retries.on.refused-stream.alone': EXACT,
  'retries.on.unavailable': EXACT,
  'retries.on.cancelled': EXACT,
  'retries.on.deadline-exceeded': EXACT,
  'retries.on.internal': EXACT,
  'retries.on.resource-exhausted': EXACT,
  'retries.on.reset': EXACT,
  'retries.on.gateway-error': EXACT,
  'retries.on.5xx': EXACT,
  'retries.backOff.base': EXACT,
  'retries.backOff.max': approximate(
    'HTTPRetry has `backoff` only for the base; the maximum is ten times the base',
  ),
  'retries.budget': EXACT,
  'balance.round-robin': EXACT,
  'balance.random': EXACT,
  'balance.least-request': EXACT,
  'balance.least-request.choices': approximate(
    'LoadBalancerSettings has no field for the number of choices; Envoy compares 2',
  ),
  'balance.peak-ewma': unsupported('LoadBalancerSettings has no latency-aware algorithm'),
  'balance.weighted-round-robin': approximate(
    'each request picks a version at random by weight, regardless of its number of endpoints (HTTPRouteDestination), then an endpoint by round robin',
  ),
  'balance.consistent-hash.header': EXACT,
  'balance.consistent-hash.source': EXACT,
  'balance.consistent-hash.versions': approximate(
    'each request picks a version at random by weight before the hash, so a key is consistent only within a version',
  ),
  outlierDetection: EXACT,
  'outlierDetection.maxEjectionPercent': EXACT,
  'limits.connections': EXACT,
  'limits.pendingRequests': EXACT,
  'limits.requests': EXACT,
  'limits.concurrentRetries': EXACT,
  'fault.delay': EXACT,
  'fault.abort': EXACT,
  'fault.retries': unsupported(
    'faults are injected before the retries of the same route, so they are not retried (HTTPFaultInjection)',
  ),
  hedging: unsupported('VirtualService and DestinationRule have no field for hedging'),
  breaker: unsupported(
    'outlierDetection ejects single endpoints; DestinationRule has no breaker for a whole service',
  ),
};
