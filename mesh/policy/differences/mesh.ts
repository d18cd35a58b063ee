import { approximate, type Differences, EXACT, unsupported } from './difference.ts';

/** Istio 1.31, as its reference and its CRDs say. */
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
    'HTTPRetry has `backoff` for the base alone; the longest wait is ten times the base',
  ),
  'retries.budget': EXACT,
  'balance.round-robin': EXACT,
  'balance.random': EXACT,
  'balance.least-request': EXACT,
  'balance.least-request.choices': approximate(
    'LoadBalancerSettings has no number of choices; Envoy compares 2',
  ),
  'balance.peak-ewma': unsupported('LoadBalancerSettings has nothing that looks at latencies'),
  'balance.weighted-round-robin': approximate(
    'the version is drawn at random by weight for each request, however many endpoints it has (HTTPRouteDestination); then those take turns',
  ),
  'balance.consistent-hash.header': EXACT,
  'balance.consistent-hash.source': EXACT,
  'balance.consistent-hash.versions': approximate(
    'the version is drawn at random by weight before the key is looked at, so that a key sticks within a version alone',
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
    'a retry does not see a fault that the same route injects (HTTPFaultInjection)',
  ),
  hedging: unsupported('no field of VirtualService or DestinationRule makes Envoy hedge'),
  breaker: unsupported(
    'outlierDetection takes endpoints out one by one; no field of DestinationRule stops the calls of a whole service',
  ),
};
