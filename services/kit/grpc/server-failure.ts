import { status } from '@grpc/grpc-js';

/**
 * The statuses that Envoy maps to HTTP 5xx
 * (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto).
 */
const SERVER_FAILURES: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** Returns whether a call with this status is a failure of the server. All others answer a wrong request. */
export function isServerFailure(code: status): boolean {
  return SERVER_FAILURES.has(code);
}
