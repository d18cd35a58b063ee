import type { Layer } from './layer.ts';
import type { RetryCondition } from './retries.ts';

/** How faithfully a layer does a field of a call policy. */
export type Difference =
  | { readonly kind: 'exact' }
  | { readonly kind: 'approximate'; readonly how: string }
  | { readonly kind: 'unsupported'; readonly why: string };

/** What a policy can ask for, as far as layers differ in it. */
export type PolicyField =
  /** Whether a certificate proves to the callee who calls. Every call asks for it where there is a mesh. */
  | 'identity'
  | 'timeout'
  | 'retries.attempts'
  | 'retries.perTryTimeout'
  | `retries.on.${RetryCondition}`
  /** A condition that gRPC reports as UNAVAILABLE, in a policy that does not repeat UNAVAILABLE. */
  | `retries.on.${'connect-failure' | 'refused-stream'}.alone`
  | 'retries.backOff.base'
  | 'retries.backOff.max'
  | 'retries.budget'
  | 'balance.round-robin'
  | 'balance.random'
  | 'balance.least-request'
  | 'balance.least-request.choices'
  | 'balance.peak-ewma'
  | 'balance.weighted-round-robin'
  | 'balance.consistent-hash.header'
  | 'balance.consistent-hash.source'
  | 'balance.consistent-hash.versions'
  | 'outlierDetection'
  | 'limits.connections'
  | 'limits.pendingRequests'
  | 'limits.requests'
  | 'limits.concurrentRetries'
  | 'fault.delay'
  | 'fault.abort'
  | 'fault.retries'
  | 'hedging'
  | 'breaker';

const exact: Difference = { kind: 'exact' };
const approximate = (how: string): Difference => ({ kind: 'approximate', how });
const unsupported = (why: string): Difference => ({ kind: 'unsupported', why });

/** Istio 1.31, as its reference and its CRDs say. */
const MESH: Readonly<Record<PolicyField, Difference>> = {
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

/** services/kit/client over grpc-js 1.14. */
const APP: Readonly<Record<PolicyField, Difference>> = {
  // The sidecar of the caller, where there is one, shows its certificate.
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
  'retries.backOff.max': exact,
  'retries.budget': exact,
  'balance.round-robin': exact,
  'balance.random': exact,
  'balance.least-request': exact,
  'balance.least-request.choices': exact,
  'balance.peak-ewma': exact,
  'balance.weighted-round-robin': exact,
  'balance.consistent-hash.header': exact,
  'balance.consistent-hash.source': exact,
  'balance.consistent-hash.versions': exact,
  outlierDetection: approximate(
    'an endpoint that cannot be connected is passed over; Envoy sends it requests, and counts them as errors',
  ),
  'limits.connections': approximate(
    'each endpoint has one HTTP/2 connection, whatever the limit; Envoy opens one to each as well, and more up to the limit',
  ),
  'limits.pendingRequests': exact,
  'limits.requests': exact,
  'limits.concurrentRetries': exact,
  'fault.delay': exact,
  'fault.abort': exact,
  'fault.retries': exact,
  hedging: exact,
  breaker: exact,
};

const NO_FIELD = unsupported('the service config of gRPC has no field for it');
const UNAVAILABLE_ALONE = unsupported(
  'grpc-js knows statuses, not causes: it repeats UNAVAILABLE whatever the cause, and a broken stream under INTERNAL alone',
);
const REFUSED_TOO = approximate(
  'grpc-js repeats a refused stream once besides, whatever the policy (gRFC A6)',
);
const JITTER = unsupported('grpc-js waits the exponential time, 20 % more or less (gRFC A6)');

/** grpc-js 1.14 by itself, told by a service config: what a caller has that uses no layer of Weft's. */
const BUILT_IN: Readonly<Record<PolicyField, Difference>> = {
  identity: exact,
  timeout: exact,
  'retries.attempts': approximate('maxAttempts above 5 is cut to 5 unless a channel option says otherwise'),
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
  'balance.round-robin': exact,
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

const NOT_SENT = unsupported('istiod sends it to proxies, and not to gRPC');
const ONCE_ALREADY = approximate(
  'grpc-js repeats a refused stream once, whatever the policy (gRFC A6), and once alone',
);
const NACKED = unsupported(
  'grpc-js knows round robin and ring hash alone: it takes turns for random, and refuses the cluster for least request',
);

/** grpc-js-xds 1.14 as istiod 1.31 tells it. */
const PROXYLESS: Readonly<Record<PolicyField, Difference>> = {
  ...BUILT_IN,
  identity: approximate(
    'plain text: the process has no certificate; the callee takes who calls from a header, and from anybody',
  ),
  'retries.on.refused-stream': ONCE_ALREADY,
  'retries.on.refused-stream.alone': ONCE_ALREADY,
  'balance.random': NACKED,
  'balance.least-request': NACKED,
  'balance.least-request.choices': NACKED,
  'balance.consistent-hash.header': exact,
  'balance.consistent-hash.source': unsupported('gRPC hashes by a header alone (gRFC A42)'),
  'balance.weighted-round-robin': MESH['balance.weighted-round-robin'],
  outlierDetection: NOT_SENT,
  'limits.requests': exact,
  'fault.delay': exact,
  'fault.abort': exact,
  'retries.budget': NOT_SENT,
  hedging: NOT_SENT,
};

/** Who can be asked what it makes of a policy: the layers, and grpc-js by itself for comparison. */
export type Enforcer = Layer | 'built-in';

const TABLES = { mesh: MESH, app: APP, proxyless: PROXYLESS, 'built-in': BUILT_IN };

/** What a layer makes of a field. The semantics that are exact are Envoy's. */
export function difference(layer: Enforcer, field: PolicyField): Difference {
  return TABLES[layer][field];
}

export const POLICY_FIELDS = Object.keys(MESH) as readonly PolicyField[];
