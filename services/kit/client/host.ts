import { connectivityState, type experimental, status } from '@grpc/grpc-js';
import type { Watched } from '../balance/outlier-detector.ts';
import type { Timed } from '../balance/peak-ewma.ts';
import type { Named } from '../balance/ring-hash.ts';

/** An endpoint of a callee, as one channel knows it. */
export interface Host extends Named, Watched, Timed {
  /** Requests in flight. */
  active: number;
  /** Its connection. */
  readonly leaf: experimental.LeafLoadBalancer;
}

export function isReady({ leaf }: Host): boolean {
  return leaf.getConnectivityState() === connectivityState.READY;
}

/** The statuses that Envoy takes for a 5xx (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto). */
const FAILURES: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** Whether a call that ended like this speaks against its host. */
export function isFailure(code: status): boolean {
  return FAILURES.has(code);
}
