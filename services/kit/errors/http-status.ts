import { status } from '@grpc/grpc-js';

/**
 * HTTP statuses of gRPC statuses. Envoy uses the same.
 * Sources: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto, Envoy source/common/grpc/status.cc
 */
const HTTP_STATUSES: Readonly<Partial<Record<status, number>>> = {
  [status.OK]: 200,
  [status.CANCELLED]: 499,
  [status.INVALID_ARGUMENT]: 400,
  [status.DEADLINE_EXCEEDED]: 504,
  [status.NOT_FOUND]: 404,
  [status.ALREADY_EXISTS]: 409,
  [status.PERMISSION_DENIED]: 403,
  [status.UNAUTHENTICATED]: 401,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.FAILED_PRECONDITION]: 400,
  [status.ABORTED]: 409,
  [status.OUT_OF_RANGE]: 400,
  [status.UNIMPLEMENTED]: 501,
  [status.UNAVAILABLE]: 503,
};

/** Returns the HTTP status of a gRPC status code; 500 for a code that HTTP has no other status for. */
export function toHttpStatus(code: number): number {
  return HTTP_STATUSES[code as status] ?? 500;
}
