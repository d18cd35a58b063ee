import { toHttpStatus } from '../../errors/http-status.ts';
import { type CallProtocol, GRPC_PROTOCOL } from '../protocol.ts';
import { classifyResponse, HttpResponseError } from './http-response-error.ts';

export const HTTP_PROTOCOL: CallProtocol = {
  hasFailed: (error) =>
    error instanceof HttpResponseError ? error.response.status >= 500 : GRPC_PROTOCOL.hasFailed(error),
  createAbort: (attempt, code) => {
    const response = {
      status: toHttpStatus(code),
      headers: {},
      body: Buffer.from('fault filter abort'),
    };
    attempt.failure = classifyResponse(response);
    return new HttpResponseError(response);
  },
};
