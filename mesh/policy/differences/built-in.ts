import { approximate, type Differences, EXACT, unsupported } from './difference.ts';

const NO_FIELD = unsupported('gRPC service config has no such field');
const BY_STATUS = unsupported(
  'grpc-js retries by status, not by cause: UNAVAILABLE whatever the cause, and a broken stream only as INTERNAL',
);
const RETRIES_REFUSED = approximate(
  'grpc-js also retries a refused stream once, regardless of the policy (gRFC A6)',
);
const JITTER = unsupported('grpc-js has no full jitter: it waits the exponential time within 20 % (gRFC A6)');

/** Differences of grpc-js 1.14 with a service config and without a layer of Weft, for comparison. */
export const BUILT_IN: Differences = {
  identity: EXACT,
  timeout: EXACT,
  'retries.max': approximate(
    'a maxAttempts above 5 is reduced to 5 unless a channel option raises the limit',
  ),
  'retries.perTryTimeout': NO_FIELD,
  'retries.on.connect-failure': BY_STATUS,
  'retries.on.refused-stream': BY_STATUS,
  'retries.on.connect-failure.alone': BY_STATUS,
  'retries.on.refused-stream.alone': BY_STATUS,
  'retries.on.unavailable': approximate(
    'a refused stream and HTTP 503 are also UNAVAILABLE, and are retried',
  ),
  'retries.on.cancelled': RETRIES_REFUSED,
  'retries.on.deadline-exceeded': RETRIES_REFUSED,
  'retries.on.internal': RETRIES_REFUSED,
  'retries.on.resource-exhausted': RETRIES_REFUSED,
  'retries.on.reset': BY_STATUS,
  'retries.on.gateway-error': BY_STATUS,
  'retries.on.5xx': BY_STATUS,
  'retries.backOff.base': JITTER,
  'retries.backOff.max': JITTER,
  'retries.budget': unsupported(
    'retryThrottling weighs failures against successes, and stops all retries while at most half of its tokens remain',
  ),
  'balance.round-robin': EXACT,
  'balance.random': NO_FIELD,
  'balance.least-request': NO_FIELD,
  'balance.least-request.choices': NO_FIELD,
  'balance.peak-ewma': NO_FIELD,
  'balance.weighted-round-robin': unsupported(
    'weights come from load reports of the callee, not from the version',
  ),
  'balance.consistent-hash.header': NO_FIELD,
  'balance.consistent-hash.source': NO_FIELD,
  'balance.consistent-hash.versions': NO_FIELD,
  outlierDetection: unsupported(
    'endpoints are ejected once per interval by their error rate, not by consecutive errors',
  ),
  'outlierDetection.maxEjectionPercent': unsupported(
    'endpoints are ejected once per interval by their error rate, not by consecutive errors',
  ),
  'limits.connections': NO_FIELD,
  'limits.pendingRequests': NO_FIELD,
  'limits.requests': NO_FIELD,
  'limits.concurrentRetries': NO_FIELD,
  'fault.delay': NO_FIELD,
  'fault.abort': NO_FIELD,
  'fault.retries': NO_FIELD,
  hedging: approximate(
    'hedgingPolicy may send the next attempt to the same endpoint, and retryThrottling does not limit it',
  ),
  breaker: NO_FIELD,
};
