import type { Duration } from './duration.ts';

/**
 * The availability and latency that a service promises its callers. Dashboards, recording rules and alerts are derived
 * from it. A `CanaryObjective` is something else: it compares two versions of a service.
 */
export interface ServiceLevelObjective {
  /** Share of the requests in the window that must not fail because of the service, in percent, 50 to 99.999. */
  readonly availabilityPercent: number;
  /** Share of the requests in the window that must take at most `latencyThreshold`, in percent, 50 to 99.999. */
  readonly latencyPercent: number;
  /** A bound of `DURATION_BOUNDS`, because Prometheus counts requests by bucket. Streams are not measured. */
  readonly latencyThreshold: Duration;
  /** Length of the rolling window, in days: 28 is whole weeks, 30 is a month. */
  readonly windowDays: 28 | 30;
}

export const DEFAULT_SERVICE_LEVEL_OBJECTIVE: ServiceLevelObjective = {
  availabilityPercent: 99.9,
  latencyPercent: 99,
  latencyThreshold: '500ms',
  windowDays: 30,
};

/**
 * gRPC statuses that count as failures of the server. `RESOURCE_EXHAUSTED` is among them, because a service that
 * refuses load is not available. `NOT_FOUND` and the other statuses are valid responses.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
export const FAILURE_STATUSES = [
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
] as const;
