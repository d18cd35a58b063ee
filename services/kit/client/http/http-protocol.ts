import { status } from '@grpc/grpc-js';
import { GRPC } from '../grpc-protocol.ts';
import type { Protocol } from '../protocol.ts';
import { AnswerError, answerFailure } from './answer-error.ts';

/** HTTP statuses of gRPC's, as Envoy answers them (source/common/grpc/status.cc); others are 500. */
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

export const HTTP: Protocol = {
  hasFailed: (error) => (error instanceof AnswerError ? error.response.status >= 500 : GRPC.hasFailed(error)),
  abort: (one, code) => {
    const response = {
      status: HTTP_STATUS[code] ?? 500,
      headers: {},
      body: Buffer.from('fault filter abort'),
    };
    one.failure = answerFailure(response);
    return new AnswerError(response);
  },
};
