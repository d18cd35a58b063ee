import type { MetricDefinition } from '../../policy/metrics.ts';

/** Labels that Prometheus adds to every series of a target, by the relabeling of our scrape configuration. */
export const TARGET_LABELS = ['namespace', 'pod', 'service', 'version', 'job', 'instance'];

/**
 * Name of the scrape job of the service processes. Sidecars report `up` and `process_*` too, with the labels of the same
 * pods, so queries of these must name the job.
 */
export const SERVICES_JOB = 'weft-services';

/** Metrics of Prometheus itself that queries use. */
export const PROMETHEUS_METRICS = {
  up: {
    type: 'gauge',
    labels: [],
    unit: '1',
    help: 'Whether the previous scrape of a target succeeded',
  },
  ALERTS: {
    type: 'gauge',
    // Alerts have the labels of the alerting rule and of its series.
    labels: ['alertname', 'alertstate', 'severity', 'slo', 'topic', 'group', 'weft_signal', 'weft_metric'],
    unit: '1',
    help: 'Pending and firing alerts',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

const ISTIO_LABELS = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'source_canonical_service',
  'source_canonical_revision',
  'destination_workload',
  'destination_workload_namespace',
  'destination_canonical_service',
  'destination_canonical_revision',
  'destination_service',
  'destination_service_name',
  'destination_service_namespace',
  'request_protocol',
  'response_code',
  'response_flags',
  'grpc_response_status',
  'connection_security_policy',
];

/**
 * Metrics of Istio's proxies that queries use.
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export const ISTIO_METRICS = {
  istio_requests_total: {
    type: 'counter',
    labels: ISTIO_LABELS,
    unit: '{request}',
    help: 'Requests that a proxy handled',
  },
  istio_request_duration_milliseconds: {
    type: 'histogram',
    labels: ISTIO_LABELS,
    unit: 'ms',
    help: 'Duration of requests that a proxy handled',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
