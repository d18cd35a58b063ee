import { BUILT_IN } from './built-in.ts';
import { approximate, type Differences, EXACT, unsupported } from './difference.ts';
import { MESH } from './mesh.ts';

const NOT_SENT = unsupported('istiod sends it to proxies, and not to gRPC');
const NOT_READ = unsupported('grpc-js reads no such field of what it is sent');
const ONCE_ALREADY = approximate(
  'grpc-js repeats a refused stream once, whatever the policy (gRFC A6), and once alone',
);
const NACKED = unsupported(
  'grpc-js knows round robin and ring hash alone: it takes turns for random, and refuses the cluster for least request',
);

/** grpc-js-xds 1.14 as istiod 1.31 tells it. */
export const PROXYLESS: Differences = {
  ...BUILT_IN,
  identity: approximate(
    'plain text: the process has no certificate; the callee takes who calls from a header, and from anybody',
  ),
  'retries.on.refused-stream': ONCE_ALREADY,
  'retries.on.refused-stream.alone': ONCE_ALREADY,
  'balance.random': NACKED,
  'balance.least-request': NACKED,
  'balance.least-request.choices': NACKED,
  'balance.consistent-hash.header': EXACT,
  'balance.consistent-hash.source': unsupported('gRPC hashes by a header alone (gRFC A42)'),
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
