import { status } from '@grpc/grpc-js';
import { type CallProtocol, GRPC_PROTOCOL } from '../protocol.ts';
import { classifyResponse, HttpResponseError } from './http-response-error.ts';

/** HTTP statuses of gRPC statuses, as in Envoy (source/common/grpc/status.cc); 500 for all others. */
const HTTP_STATUS: Readonly<Partial<Record<status, number>>> = {
  [status.OK]: 200,
  [status.CANCELLED]: 499,
  [status.INVALID_ARGUMENT]: 400,
  [status.DEADLINE_EXCEEDED]: 504,
  [status.NOT_FOUND]: 404,
  [status.ALREADY_EXISTS]: 409,
  [status.PERMISSION_DENIED]: 403,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.FAILED_PRECONDITION]: 400,
  [status.ABORTED]: 409,
  [status.OUT_OF_RANGE]: 400,
  [status.UNIMPLEMENTED]: 501,
  [status.UNAVAILABLE]: 503,
  [status.UNAUTHENTICATED]: 401,
};

export const HTTP_PROTOCOL: CallProtocol = {
  hasFailed: (error) =>
    error instanceof HttpResponseError ? error.response.status >= 500 : GRPC_PROTOCOL.hasFailed(error),
  createAbort: (attempt, code) => {
    const response = {
      status: HTTP_STATUS[code] ?? 500,
      headers: {},
      body: Buffer.from('fault filter abort'),
    };
    attempt.failure = classifyResponse(response);
    return new HttpResponseError(response);
  },
};
