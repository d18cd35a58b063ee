import { approximate, type Differences, EXACT, unsupported } from './difference.ts';

const NO_FIELD = unsupported('the service config of gRPC has no field for it');
const UNAVAILABLE_ALONE = unsupported(
  'grpc-js knows statuses, not causes: it repeats UNAVAILABLE whatever the cause, and a broken stream under INTERNAL alone',
);
const REFUSED_TOO = approximate(
  'grpc-js repeats a refused stream once besides, whatever the policy (gRFC A6)',
);
const JITTER = unsupported('grpc-js waits the exponential time, 20 % more or less (gRFC A6)');

/** grpc-js 1.14 by itself, told by a service config: what a caller has that uses no layer of Weft's. */
export const BUILT_IN: Differences = {
  identity: EXACT,
  timeout: EXACT,
  'retries.max': approximate('maxAttempts above 5 is cut to 5 unless a channel option says otherwise'),
  'retries.perTryTimeout': NO_FIELD,
  'retries.on.connect-failure': UNAVAILABLE_ALONE,
  'retries.on.refused-stream': UNAVAILABLE_ALONE,
  'retries.on.connect-failure.alone': UNAVAILABLE_ALONE,
  'retries.on.refused-stream.alone': UNAVAILABLE_ALONE,
  'retries.on.unavailable': approximate(
    'a refused stream and HTTP 503 are UNAVAILABLE too, and are repeated',
  ),
  'retries.on.cancelled': REFUSED_TOO,
  'retries.on.deadline-exceeded': REFUSED_TOO,
  'retries.on.internal': REFUSED_TOO,
  'retries.on.resource-exhausted': REFUSED_TOO,
  'retries.on.reset': UNAVAILABLE_ALONE,
  'retries.on.gateway-error': UNAVAILABLE_ALONE,
  'retries.on.5xx': UNAVAILABLE_ALONE,
  'retries.backOff.base': JITTER,
  'retries.backOff.max': JITTER,
  'retries.budget': unsupported(
    'retryThrottling counts failures against successes, and stops all retries while half of its tokens are gone',
  ),
  'balance.round-robin': EXACT,
  'balance.random': NO_FIELD,
  'balance.least-request': NO_FIELD,
  'balance.least-request.choices': NO_FIELD,
  'balance.peak-ewma': NO_FIELD,
  'balance.weighted-round-robin': unsupported(
    'weights come from load reports of the callee, not from its version',
  ),
  'balance.consistent-hash.header': NO_FIELD,
  'balance.consistent-hash.source': NO_FIELD,
  'balance.consistent-hash.versions': NO_FIELD,
  outlierDetection: unsupported('endpoints are judged once in an interval, by their share of failures'),
  'outlierDetection.maxEjectionPercent': unsupported(
    'endpoints are judged once in an interval, by their share of failures',
  ),
  'limits.connections': NO_FIELD,
  'limits.pendingRequests': NO_FIELD,
  'limits.requests': NO_FIELD,
  'limits.concurrentRetries': NO_FIELD,
  'fault.delay': NO_FIELD,
  'fault.abort': NO_FIELD,
  'fault.retries': NO_FIELD,
  hedging: approximate(
    'hedgingPolicy may send a hedge to the host that was just tried, and retryThrottling does not hold it',
  ),
  breaker: NO_FIELD,
};
