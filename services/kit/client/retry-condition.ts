import { status } from '@grpc/grpc-js';
import type { RetryCondition } from '../../../mesh/policy/retries.ts';
import type { Failure } from './failure.ts';

/**
 * Whether a try that failed is one that `condition` names, as Envoy's router decides it
 * (https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on).
 */
export function meets(condition: RetryCondition, failure: Failure): boolean {
  const { how, code, http } = failure;
  const broken = how === 'unsent' || how === 'refused' || how === 'reset' || how === 'timed-out';
  switch (condition) {
    case 'connect-failure':
      return how === 'unsent';
    case 'refused-stream':
      return how === 'refused';
    case 'reset':
      return broken;
    case 'gateway-error':
      return broken || (http !== undefined && http >= 502 && http <= 504);
    case '5xx':
      return broken || (http !== undefined && http >= 500);
    case 'unavailable':
      return isSaid(failure) && code === status.UNAVAILABLE;
    case 'cancelled':
      return isSaid(failure) && code === status.CANCELLED;
    case 'deadline-exceeded':
      return isSaid(failure) && code === status.DEADLINE_EXCEEDED;
    case 'internal':
      return isSaid(failure) && code === status.INTERNAL;
    case 'resource-exhausted':
      return isSaid(failure) && code === status.RESOURCE_EXHAUSTED;
  }
}

/** Whether the callee cannot have begun, so that another try does no harm whatever the method. */
export function isHarmless({ how }: Failure): boolean {
  return how === 'unsent' || how === 'refused';
}

/** Whether the callee said its status itself: what grpc-js makes of a stream that broke is no answer, to Envoy neither. */
function isSaid({ how, http }: Failure): boolean {
  return how === 'answered' && http === undefined;
}
