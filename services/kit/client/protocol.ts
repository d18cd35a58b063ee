import { status } from '@grpc/grpc-js';
import { isServerFailure } from '../grpc/server-failure.ts';
import type { CallAttempt } from './call-attempt.ts';
import { grpcError, isGrpcError } from './call-failure.ts';

/** The differences between gRPC and HTTP calls that a CallLayer depends on. */
export interface CallProtocol {
  /** Returns whether the callee failed; undefined if the caller cancelled the call or caused the error. */
  hasFailed(error: unknown): boolean | undefined;
  /** Returns an injected response with the gRPC status `code`, and stores it as the attempt's failure. */
  createAbort(attempt: CallAttempt, code: status): Error;
}

export const GRPC_PROTOCOL: CallProtocol = {
  hasFailed: (error) =>
    isGrpcError(error) && error.code !== status.CANCELLED ? isServerFailure(error.code) : undefined,
  createAbort: (attempt, code) => {
    attempt.failure = { kind: 'answered', code };
    return grpcError(code, 'fault filter abort');
  },
};
