import { approximate, type Differences, exact, unsupported } from './difference.ts';

/** Istio 1.31, as its reference and its CRDs say. */
export const MESH: Differences = {
  identity: exact,
  timeout: exact,
  'retries.attempts': exact,
  'retries.perTryTimeout': exact,
  'retries.on.connect-failure': exact,
  'retries.on.refused-stream': exact,
  'retries.on.connect-failure.alone': exact,
  'retries.on.refused-stream.alone': exact,
  'retries.on.unavailable': exact,
  'retries.on.cancelled': exact,
  'retries.on.deadline-exceeded': exact,
  'retries.on.internal': exact,
  'retries.on.resource-exhausted': exact,
  'retries.on.reset': exact,
  'retries.on.gateway-error': exact,
  'retries.on.5xx': exact,
  'retries.backOff.base': exact,
  'retries.backOff.max': approximate(
    'HTTPRetry has `backoff` for the base alone; the longest wait is ten times the base',
  ),
  'retries.budget': exact,
  'balance.round-robin': exact,
  'balance.random': exact,
  'balance.least-request': exact,
  'balance.least-request.choices': approximate(
    'LoadBalancerSettings has no number of choices; Envoy compares 2',
  ),
  'balance.peak-ewma': unsupported('LoadBalancerSettings has nothing that looks at latencies'),
  'balance.weighted-round-robin': approximate(
    'the version is drawn at random by weight for each request, however many endpoints it has (HTTPRouteDestination); then those take turns',
  ),
  'balance.consistent-hash.header': exact,
  'balance.consistent-hash.source': exact,
  'balance.consistent-hash.versions': approximate(
    'the version is drawn at random by weight before the key is looked at, so that a key sticks within a version alone',
  ),
  outlierDetection: exact,
  'outlierDetection.maxEjectionPercent': exact,
  'limits.connections': exact,
  'limits.pendingRequests': exact,
  'limits.requests': exact,
  'limits.concurrentRetries': exact,
  'fault.delay': exact,
  'fault.abort': exact,
  'fault.retries': unsupported(
    'a retry does not see a fault that the same route injects (HTTPFaultInjection)',
  ),
  hedging: unsupported('no field of VirtualService or DestinationRule makes Envoy hedge'),
  breaker: unsupported(
    'outlierDetection takes endpoints out one by one; no field of DestinationRule stops the calls of a whole service',
  ),
};
