import { status } from '@grpc/grpc-js';
import type { HttpResponse } from '../../http/http-message.ts';
import type { CallFailure } from '../call-failure.ts';

/** Maximum delay of setTimeout in milliseconds. A timer with a longer delay fires immediately. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A response that a retry may improve. Without a retry it is the response of the call. */
export class HttpResponseError extends Error {
  override readonly name = 'HttpResponseError';
  readonly response: HttpResponse;

  constructor(response: HttpResponse) {
    super(`the callee responded with HTTP ${response.status}`);
    this.response = response;
  }
}

/**
 * Returns the failure that a response stands for; undefined if no retry condition covers it. 429 is what gRPC calls
 * RESOURCE_EXHAUSTED. Other gRPC retry conditions do not apply to HTTP, as in Envoy.
 */
export function classifyResponse(
  { status: httpStatus, headers }: HttpResponse,
  now = Date.now(),
): CallFailure | undefined {
  if (httpStatus !== 429 && httpStatus < 500) return undefined;
  const pushbackMs =
    httpStatus === 429 || httpStatus === 503 ? readRetryAfter(headers['retry-after'], now) : undefined;
  return {
    kind: 'answered',
    ...(httpStatus === 429
      ? { code: status.RESOURCE_EXHAUSTED }
      : { code: grpcStatusOf(httpStatus), httpStatus }),
    ...(pushbackMs !== undefined && { pushbackMs }),
  };
}

/**
 * Returns the gRPC status of an HTTP status (https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md).
 */
function grpcStatusOf(httpStatus: number): status {
  return httpStatus >= 502 && httpStatus <= 504 ? status.UNAVAILABLE : status.UNKNOWN;
}

/**
 * Returns the milliseconds of a Retry-After header (RFC 9110, 10.2.3: seconds or a date), at most 24 days. Undefined if
 * the header is neither.
 */
function readRetryAfter(value: string | readonly string[] | undefined, now: number): number | undefined {
  const text = String(value ?? '');
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, MAX_TIMER_MS);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), MAX_TIMER_MS);
}
