import { status } from '@grpc/grpc-js';

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
