import { type ServiceError as GrpcError, Metadata, status } from '@grpc/grpc-js';
import type { Try } from './try.ts';

/**
 * How a try ended without success, as far as its repetition depends on it:
 * - `unsent`: there was no connection, so that nothing of it left this process
 * - `refused`: the callee's end refused the stream and did not begin it
 * - `reset`: the stream or its connection broke before a response
 * - `timed-out`: its own time was over
 * - `answered`: the callee sent a status, and nothing before it
 * - `begun`: it broke, or failed, after a response had begun
 */
export type How = 'unsent' | 'refused' | 'reset' | 'timed-out' | 'answered' | 'begun';

/** Why a try failed. */
export interface Failure {
  readonly how: How;
  readonly code: status;
  /** What was answered in HTTP, where it was not gRPC. */
  readonly http?: number;
  /** Milliseconds after which the callee wants the next try, or that it wants none. */
  readonly pushBack?: number | 'never';
}

export function isGrpcError(error: unknown): error is GrpcError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}

/**
 * What `error` says of a try.
 * @param begun whether response headers had come
 * @param late whether the time of the try was over
 */
export function failureOf(error: GrpcError, { sent }: Try, begun: boolean, late: boolean): Failure {
  const { code, details, metadata } = error;
  const http = Number(/^Received HTTP status code (\d+)/.exec(details)?.[1] ?? 0);
  if (http) return { how: 'answered', code, http };
  if (begun) return { how: 'begun', code };
  if (late) return { how: 'timed-out', code };
  // A status that a callee sent came as HTTP headers, of which grpc-js keeps what is not its own.
  if (metadata.get('content-type').length > 0) return { how: 'answered', code, ...pushBack(metadata) };
  if (!sent) return { how: 'unsent', code };
  if (details === 'Stream refused by server') return { how: 'refused', code };
  return { how: 'reset', code };
}

/** A status as the error that grpc-js makes of it. */
export function grpcError(code: status, details: string, metadata = new Metadata()): GrpcError {
  return Object.assign(new Error(`${code} ${status[code]}: ${details}`), { code, details, metadata });
}

/** Whether a try ended since its time was over. The callee is told of the deadline too, and may be the first to say so. */
export function isLate({ code, metadata }: GrpcError, deadline: number): boolean {
  if (code !== status.DEADLINE_EXCEEDED) return false;
  return metadata.get('content-type').length === 0 || Date.now() >= deadline;
}

/** gRFC A6 (https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback). */
function pushBack(metadata: Metadata): Pick<Failure, 'pushBack'> {
  const [value] = metadata.get('grpc-retry-pushback-ms');
  if (value === undefined) return {};
  return { pushBack: /^\d{1,9}$/.test(String(value)) ? Number(value) : 'never' };
}
