import { addHistograms, type Histogram, subtractHistogram } from './histogram.ts';
import type { Sample } from './prometheus.ts';

/** Requests to a pod, as its sidecar counts them. */
export interface Inbound {
  readonly requests: number;
  /** Requests that failed because of the pod. */
  readonly errors: number;
  /** Milliseconds from when the sidecar forwards a request to the end of the response. */
  readonly latency: Histogram;
}

export const NO_INBOUND: Inbound = { requests: 0, errors: 0, latency: [] };

/**
 * gRPC statuses that are server errors: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS.
 * NOT_FOUND and the other statuses are valid responses.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ (the same classification)
 */
const ERROR_STATUSES = [2, 4, 12, 13, 14, 15];

/** Returns the requests to `port` since the sidecar started. Envoy omits statistics that are 0. */
export function readInbound(samples: readonly Sample[], port: number): Inbound {
  const own = samples.filter(({ labels }) => labels.cluster_name === `inbound|${port}||`);
  const count = (name: string, matches: (labels: Sample['labels']) => boolean = () => true) =>
    own.reduce(
      (sum, { name: other, labels, value }) => (other === name && matches(labels) ? sum + value : sum),
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

/** Returns the requests between two readings of one sidecar. */
export function subtractInbound(later: Inbound, earlier: Inbound): Inbound {
  return {
    requests: later.requests - earlier.requests,
    errors: later.errors - earlier.errors,
    latency: subtractHistogram(later.latency, earlier.latency),
  };
}

/** Returns the sum of the requests to several pods. */
export function addInbound(parts: readonly Inbound[]): Inbound {
  return {
    requests: parts.reduce((total, { requests }) => total + requests, 0),
    errors: parts.reduce((total, { errors }) => total + errors, 0),
    latency: addHistograms(parts.map(({ latency }) => latency)),
  };
}
