import type { OutlierDetection } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import { withOutlierDefaults } from '../../../mesh/policy/outlier-defaults.ts';

/** The state of an endpoint in outlier detection. */
export interface EndpointHealth {
  /** Failures since the last success. */
  consecutiveErrors: number;
  /** Multiplier of the next ejection time. Decreases by one per sweep while the endpoint is not ejected. */
  ejectionCount: number;
  /** Time of the ejection, in milliseconds; undefined if the endpoint is not ejected. */
  ejectedAt: number | undefined;
}

/** Maximum ejection time in milliseconds, unless `baseEjectionTime` is longer (Envoy's max_ejection_time). */
const MAX_EJECTION_TIME_MS = 300_000;

/**
 * Temporarily ejects endpoints from balancing after several consecutive failures, like consecutive_5xx of Envoy's
 * outlier detection (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier). The caller
 * provides the clock, in milliseconds.
 */
export class OutlierDetector {
  /** Milliseconds between two calls of `sweep`. */
  readonly intervalMs: number;
  readonly #maxConsecutiveErrors: number;
  readonly #baseMs: number;
  readonly #maxPercent: number;
  readonly #minHealthPercent: number;

  constructor(detection: OutlierDetection) {
    const all = withOutlierDefaults(detection);
    this.intervalMs = milliseconds(all.interval);
    this.#maxConsecutiveErrors = all.consecutiveErrors;
    this.#baseMs = milliseconds(all.baseEjectionTime);
    this.#maxPercent = all.maxEjectionPercent;
    this.#minHealthPercent = all.minHealthPercent;
  }

  /**
   * Counts the result of a request.
   * @param endpoint one of `endpoints`
   * @returns whether the endpoint was ejected
   */
  report(
    endpoint: EndpointHealth,
    hasFailed: boolean,
    endpoints: readonly EndpointHealth[],
    now: number,
  ): boolean {
    endpoint.consecutiveErrors = hasFailed ? endpoint.consecutiveErrors + 1 : 0;
    if (endpoint.consecutiveErrors < this.#maxConsecutiveErrors || endpoint.ejectedAt !== undefined)
      return false;
    // The percentage includes this endpoint, as in Envoy: 10 % never ejects any of fewer than ten endpoints.
    const ejected = endpoints.length - filterHealthy(endpoints).length + 1;
    if (percentOf(ejected, endpoints.length) > this.#maxPercent) return false;
    endpoint.ejectedAt = now;
    if (endpoint.ejectionCount * this.#baseMs < this.#maxEjectionMs + this.#baseMs) endpoint.ejectionCount++;
    return true;
  }

  /** Returns the endpoints whose ejection time is over, after readmitting them. Must be called once per interval. */
  sweep<E extends EndpointHealth>(endpoints: readonly E[], now: number): readonly E[] {
    return endpoints.filter((endpoint) => {
      if (endpoint.ejectedAt === undefined) {
        endpoint.ejectionCount = Math.max(0, endpoint.ejectionCount - 1);
        return false;
      }
      const ejectionMs = Math.min(endpoint.ejectionCount * this.#baseMs, this.#maxEjectionMs);
      if (now - endpoint.ejectedAt < ejectionMs) return false;
      endpoint.ejectedAt = undefined;
      endpoint.consecutiveErrors = 0;
      return true;
    });
  }

  /** Returns the endpoints to balance over: those not ejected, or all if too few are healthy (Envoy's panic mode). */
  filterUsable<E extends EndpointHealth>(endpoints: readonly E[]): readonly E[] {
    const healthy = filterHealthy(endpoints);
    return percentOf(healthy.length, endpoints.length) < this.#minHealthPercent ? endpoints : healthy;
  }

  get #maxEjectionMs(): number {
    return Math.max(this.#baseMs, MAX_EJECTION_TIME_MS);
  }
}

function filterHealthy<E extends EndpointHealth>(endpoints: readonly E[]): readonly E[] {
  return endpoints.filter(({ ejectedAt }) => ejectedAt === undefined);
}

function percentOf(part: number, whole: number): number {
  return (100 * part) / whole;
}
