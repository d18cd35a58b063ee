import { type ServiceError as GrpcError, Metadata, status } from '@grpc/grpc-js';

/**
 * The progress of a failed attempt, which determines whether a retry is safe:
 * - `unsent`: there was no connection, and no part of the request left this process
 * - `refused`: the peer refused the HTTP/2 stream (REFUSED_STREAM) and did not process the request
 * - `reset`: the stream or its connection broke before a response
 * - `timed-out`: the attempt's own deadline passed
 * - `answered`: the callee sent a status without any message before it
 * - `begun`: the attempt failed after response headers had arrived
 */
export type FailureKind = 'unsent' | 'refused' | 'reset' | 'timed-out' | 'answered' | 'begun';

/** Why an attempt failed. */
export interface CallFailure {
  readonly kind: FailureKind;
  readonly code: status;
  /** Status of the HTTP response, if the response was not gRPC. */
  readonly httpStatus?: number;
  /** Milliseconds after which the callee accepts a retry; `never` if it accepts none. */
  readonly pushbackMs?: number | 'never';
}

/** Returns whether an error has a gRPC status. */
export function isGrpcError(error: unknown): error is GrpcError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}

/**
 * Returns how an attempt failed.
 * @param isSent whether a part of the request may have left this process
 * @param hasHeaders whether response headers had arrived
 * @param isLate whether the attempt's deadline had passed
 */
export function classifyFailure(
  error: GrpcError,
  isSent: boolean,
  hasHeaders: boolean,
  isLate: boolean,
): CallFailure {
  const { code, details, metadata } = error;
  const httpStatus = Number(/^Received HTTP status code (\d+)/.exec(details)?.[1] ?? 0);
  if (httpStatus) return { kind: 'answered', code, httpStatus };
  if (hasHeaders) return { kind: 'begun', code };
  if (isLate) return { kind: 'timed-out', code };
  // A status sent by the callee arrives as HTTP headers. grpc-js keeps their content type in the metadata.
  if (metadata.get('content-type').length > 0) return { kind: 'answered', code, ...readPushback(metadata) };
  if (!isSent) return { kind: 'unsent', code };
  if (details === 'Stream refused by server') return { kind: 'refused', code };
  return { kind: 'reset', code };
}

/** Returns the error that grpc-js would create for a status. */
export function grpcError(code: status, details: string, metadata = new Metadata()): GrpcError {
  return Object.assign(new Error(`${code} ${status[code]}: ${details}`), { code, details, metadata });
}

/**
 * Returns whether an attempt failed because `deadline` passed. The callee receives the deadline as well and may be the
 * first to report it.
 */
export function isDeadlineExceeded({ code, metadata }: GrpcError, deadline: number): boolean {
  if (code !== status.DEADLINE_EXCEEDED) return false;
  return metadata.get('content-type').length === 0 || Date.now() >= deadline;
}

/**
 * Reads the pushback of the callee (gRFC A6,
 * https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback).
 */
function readPushback(metadata: Metadata): Pick<CallFailure, 'pushbackMs'> {
  const [value] = metadata.get('grpc-retry-pushback-ms');
  if (value === undefined) return {};
  return { pushbackMs: /^\d{1,9}$/.test(String(value)) ? Number(value) : 'never' };
}
