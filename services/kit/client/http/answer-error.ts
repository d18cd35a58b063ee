import { status } from '@grpc/grpc-js';
import type { HttpResponse } from '../../http/http-message.ts';
import type { Failure } from '../failure.ts';

/** Milliseconds of the longest wait that setTimeout keeps; what is longer it ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** An answer that another try may better. When there is none, it is the answer of the call. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly response: HttpResponse;

  constructor(response: HttpResponse) {
    super(`the callee answered HTTP ${response.status}`);
    this.response = response;
  }
}

/**
 * What an answer says of a try; undefined when it is as good as any. Too many requests is what gRPC calls resource
 * exhausted; other conditions that are named for a gRPC status say nothing of HTTP, as in Envoy.
 */
export function answerFailure(
  { status: http, headers }: HttpResponse,
  now = Date.now(),
): Failure | undefined {
  if (http !== 429 && http < 500) return undefined;
  const pushBack = http === 429 || http === 503 ? retryAfter(headers['retry-after'], now) : undefined;
  return {
    how: 'answered',
    ...(http === 429 ? { code: status.RESOURCE_EXHAUSTED } : { code: codeOf(http), http }),
    ...(pushBack !== undefined && { pushBack }),
  };
}

/** https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
function codeOf(http: number): status {
  return http >= 502 && http <= 504 ? status.UNAVAILABLE : status.UNKNOWN;
}

/** Milliseconds (RFC 9110, 10.2.3: seconds, or a date), 24 days at most; undefined when it says neither. */
function retryAfter(value: string | readonly string[] | undefined, now: number): number | undefined {
  const text = String(value ?? '');
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, LONGEST_MS);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), LONGEST_MS);
}
