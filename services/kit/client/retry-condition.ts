import { status } from '@grpc/grpc-js';
import type { RetryCondition } from '../../../mesh/policy/retries.ts';
import type { CallFailure } from './call-failure.ts';

/**
 * Returns whether `condition` covers a failure, as Envoy's router decides it
 * (https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on).
 */
export function matchesCondition(condition: RetryCondition, failure: CallFailure): boolean {
  const { kind, code, httpStatus } = failure;
  const isBroken = kind === 'unsent' || kind === 'refused' || kind === 'reset' || kind === 'timed-out';
  switch (condition) {
    case 'connect-failure':
      return kind === 'unsent';
    case 'refused-stream':
      return kind === 'refused';
    case 'reset':
      return isBroken;
    case 'gateway-error':
      return isBroken || (httpStatus !== undefined && httpStatus >= 502 && httpStatus <= 504);
    case '5xx':
      return isBroken || (httpStatus !== undefined && httpStatus >= 500);
    case 'unavailable':
      return isGrpcResponse(failure) && code === status.UNAVAILABLE;
    case 'cancelled':
      return isGrpcResponse(failure) && code === status.CANCELLED;
    case 'deadline-exceeded':
      return isGrpcResponse(failure) && code === status.DEADLINE_EXCEEDED;
    case 'internal':
      return isGrpcResponse(failure) && code === status.INTERNAL;
    case 'resource-exhausted':
      return isGrpcResponse(failure) && code === status.RESOURCE_EXHAUSTED;
  }
}

/**
 * Returns whether the callee cannot have processed the request, so that even a method that is not idempotent may be
 * retried.
 */
export function isUnprocessed({ kind }: CallFailure): boolean {
  return kind === 'unsent' || kind === 'refused';
}

/**
 * Returns whether the callee sent the status. The statuses that grpc-js creates for a broken stream match no gRPC
 * condition.
 */
function isGrpcResponse({ kind, httpStatus }: CallFailure): boolean {
  return kind === 'answered' && httpStatus === undefined;
}
