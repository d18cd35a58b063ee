import { status } from '@grpc/grpc-js';
import { isFailure } from './failed-status.ts';
import { grpcError, isGrpcError } from './failure.ts';
import type { Protocol } from './protocol.ts';

export const GRPC: Protocol = {
  hasFailed: (error) =>
    isGrpcError(error) && error.code !== status.CANCELLED ? isFailure(error.code) : undefined,
  abort: (one, code) => {
    one.failure = { how: 'answered', code };
    return grpcError(code, 'fault filter abort');
  },
};
