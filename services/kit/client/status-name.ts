import { status } from '@grpc/grpc-js';
import { ServiceError } from '../errors/service-error.ts';
import { isGrpcError } from './call-failure.ts';

/** Returns the name of the gRPC status that the caller of a call receives, `OK` without an error. */
export function statusName(error: unknown): string {
  if (error === undefined) return 'OK';
  const code = error instanceof ServiceError ? error.grpc : isGrpcError(error) ? error.code : status.UNKNOWN;
  return status[code] ?? 'UNKNOWN';
}
