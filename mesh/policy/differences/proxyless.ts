import { BUILT_IN } from './built-in.ts';
import { approximate, type Differences, EXACT, unsupported } from './difference.ts';
import { MESH } from './mesh.ts';

const NOT_SENT = unsupported('istiod does not send it to gRPC clients');
const NOT_READ = unsupported('grpc-js ignores the field');
const RETRIES_ONCE = approximate(
  'grpc-js retries a refused stream exactly once, regardless of the policy (gRFC A6)',
);
const UNSUPPORTED_POLICY = unsupported(
  'grpc-js supports only round robin and ring hash: it uses round robin for random, and rejects a cluster with least request',
);

/** Differences of the layer `proxyless`: grpc-js-xds 1.14, configured by istiod 1.31. */
export const PROXYLESS: Differences = {
  ...BUILT_IN,
  identity: approximate(
    'calls use plain text: the process has no certificate, and the callee trusts a header for the identity of the caller',
  ),
  'retries.on.refused-stream': RETRIES_ONCE,
  'retries.on.refused-stream.alone': RETRIES_ONCE,
  'balance.random': UNSUPPORTED_POLICY,
  'balance.least-request': UNSUPPORTED_POLICY,
  'balance.least-request.choices': UNSUPPORTED_POLICY,
  'balance.consistent-hash.header': EXACT,
  'balance.consistent-hash.source': unsupported('gRPC hashes only by a header (gRFC A42)'),
  'balance.weighted-round-robin': MESH['balance.weighted-round-robin'],
  outlierDetection: NOT_SENT,
  'outlierDetection.maxEjectionPercent': NOT_SENT,
  'limits.requests': EXACT,
  'fault.delay': EXACT,
  'fault.abort': EXACT,
  'retries.budget': NOT_SENT,
  hedging: NOT_SENT,
  'retries.perTryTimeout': NOT_READ,
  'limits.connections': NOT_READ,
  'limits.pendingRequests': NOT_READ,
  'limits.concurrentRetries': NOT_READ,
  'balance.consistent-hash.versions': MESH['balance.consistent-hash.versions'],
  'fault.retries': MESH['fault.retries'],
  breaker: NOT_SENT,
};
