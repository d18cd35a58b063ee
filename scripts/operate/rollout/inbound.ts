import { add, type Histogram, subtract } from './histogram.ts';
import type { Sample } from './prometheus.ts';

/** What a pod's sidecar counted of the requests that came to the pod. */
export interface Inbound {
  readonly requests: number;
  /** Those that the pod itself is to blame for. */
  readonly errors: number;
  /** Milliseconds from the sidecar to the service and back, until the answer ended. */
  readonly latency: Histogram;
}

export const NO_INBOUND: Inbound = { requests: 0, errors: 0, latency: [] };

/**
 * Statuses of gRPC for which the server is to blame: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE,
 * DATA_LOSS. NOT_FOUND and the like are answers.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ which calls the same ones errors of a server
 */
const ERROR_STATUSES = [2, 4, 12, 13, 14, 15];

/** What one sidecar counted since it started, of requests to `port`. Envoy names nothing that never happened. */
export function inboundOf(samples: readonly Sample[], port: number): Inbound {
  const own = samples.filter(({ labels }) => labels.cluster_name === `inbound|${port}||`);
  const count = (name: string, where: (labels: Sample['labels']) => boolean = () => true) =>
    own.reduce(
      (sum, { name: other, labels, value }) => (other === name && where(labels) ? sum + value : sum),
      0,
    );
  return {
    requests: count('envoy_cluster_upstream_rq_total'),
    errors:
      count('envoy_cluster_upstream_rq', (labels) => labels.response_code_class === '5xx') +
      ERROR_STATUSES.reduce((sum, status) => sum + count(`envoy_cluster_grpc_${status}`), 0),
    latency: own
      .filter(({ name }) => name === 'envoy_cluster_upstream_rq_time_bucket')
      .map(({ labels, value }) => ({ upTo: Number(labels.le?.replace('+Inf', 'Infinity')), count: value })),
  };
}

/** What came between two readings of one sidecar. */
export function since(later: Inbound, earlier: Inbound): Inbound {
  return {
    requests: later.requests - earlier.requests,
    errors: later.errors - earlier.errors,
    latency: subtract(later.latency, earlier.latency),
  };
}

/** What came to several pods. */
export function sum(parts: readonly Inbound[]): Inbound {
  return {
    requests: parts.reduce((total, { requests }) => total + requests, 0),
    errors: parts.reduce((total, { errors }) => total + errors, 0),
    latency: add(parts.map(({ latency }) => latency)),
  };
}
