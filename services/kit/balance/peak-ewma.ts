import { type Duration, milliseconds } from '../../../mesh/policy/duration.ts';
import type { EndpointPick, NonEmptyList, RandomSource } from './endpoint-pick.ts';
import type { EndpointLoad } from './least-request.ts';

/** The load and latency of an endpoint. */
export interface EndpointLatency extends EndpointLoad {
  /** Moving average of response times, in milliseconds; 0 before the first response. */
  latencyMs: number;
  /** Time of the last response, in milliseconds. */
  measuredAt: number;
}

/**
 * Cost of an endpoint that has requests in flight and no response yet. Exceeds the cost of every measured endpoint, so
 * that an endpoint that never responds does not attract more requests.
 */
const UNMEASURED_COST = Number.MAX_SAFE_INTEGER;

/**
 * Updates an endpoint's latency with a response time of `ms` milliseconds. A longer time replaces the average at once;
 * a shorter one lowers it exponentially with the time constant `decay`.
 */
export function recordLatency(
  endpoint: EndpointLatency,
  ms: number,
  now: number,
  decay: Duration = '10s',
): void {
  const weight = Math.exp((endpoint.measuredAt - now) / milliseconds(decay));
  endpoint.latencyMs = ms > endpoint.latencyMs ? ms : endpoint.latencyMs * weight + ms * (1 - weight);
  endpoint.measuredAt = now;
}

/**
 * Picks the cheaper of two random endpoints. The cost is latency times requests in flight, so that an endpoint that has
 * become slow is avoided before its requests pile up (Finagle's Peak EWMA; two choices: Mitzenmacher, 2001).
 */
export function peakEwma<E extends EndpointLatency>(
  endpoints: NonEmptyList<E>,
  random: RandomSource = Math.random,
): EndpointPick<E> {
  const draw = () => endpoints[Math.floor(random() * endpoints.length)] ?? endpoints[0];
  return () => {
    const one = draw();
    const other = draw();
    return costOf(other) < costOf(one) ? other : one;
  };
}

function costOf({ latencyMs, activeRequests }: EndpointLatency): number {
  return latencyMs === 0 && activeRequests > 0
    ? UNMEASURED_COST + activeRequests
    : latencyMs * (activeRequests + 1);
}
