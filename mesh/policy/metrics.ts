/** Description of a metric that a service process reports on `/metrics` and over OTLP. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Names of its labels, without `le` and without those that Prometheus adds to each target. */
  readonly labels: readonly string[];
  /** A unit of UCUM (https://ucum.org), as OpenTelemetry writes units: `s`, `By`, `1`, `{event}`. */
  readonly unit: string;
  /** One sentence without a final period. */
  readonly help: string;
  /** Upper bounds of the buckets of a histogram, ascending, in its unit. Larger values fall into a further bucket. */
  readonly bounds?: readonly number[];
}

/**
 * Buckets of request durations, in seconds: those that OpenTelemetry advises for HTTP and RPC.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export const DURATION_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Buckets of the lag of events, in seconds: an event may wait minutes for a broker that is down. */
export const LAG_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/**
 * The metrics of the service processes by name. A name is the OpenTelemetry name in the spelling of Prometheus: with `_`
 * in place of `.`, and with the unit. A histogram has the series `_bucket`, `_sum` and `_count`.
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export const METRICS = {
  http_server_request_duration_seconds: {
    type: 'histogram',
    labels: ['http_request_method', 'http_route', 'http_response_status_code'],
    unit: 's',
    help: 'Duration of HTTP requests at the edge, by route template; the route is empty if none matches',
    bounds: DURATION_BOUNDS,
  },
  rpc_server_call_duration_seconds: {
    type: 'histogram',
    labels: ['rpc_method', 'rpc_status_code', 'weft_caller'],
    unit: 's',
    help: 'Duration of served gRPC calls',
    bounds: DURATION_BOUNDS,
  },
  rpc_client_call_duration_seconds: {
    type: 'histogram',
    labels: ['weft_call', 'weft_callee', 'rpc_method', 'rpc_status_code'],
    unit: 's',
    help: 'Duration of declared calls, with all their attempts',
    bounds: DURATION_BOUNDS,
  },
  weft_call_policy_total: {
    type: 'counter',
    labels: ['weft_call', 'weft_callee', 'weft_decision', 'weft_detail', 'weft_policy_field'],
    unit: '{decision}',
    help: 'Decisions of the process on its declared calls, with the policy field that caused each',
  },
  weft_call_in_flight: {
    type: 'gauge',
    labels: ['weft_call', 'weft_callee'],
    unit: '{call}',
    help: 'Declared calls that have not ended',
  },
  weft_events_published_total: {
    type: 'counter',
    labels: ['topic'],
    unit: '{event}',
    help: 'Events that the broker acknowledged',
  },
  weft_events_received_total: {
    type: 'counter',
    labels: ['topic', 'group', 'outcome'],
    unit: '{event}',
    help: 'Events that a consumer completed: applied or dead-lettered; duplicates do not count',
  },
  weft_event_lag_seconds: {
    type: 'histogram',
    labels: ['topic', 'group'],
    unit: 's',
    help: "Time from the start of the publisher's transaction, by the clock of its database, to the commit of the effect",
    bounds: LAG_BOUNDS,
  },
  weft_outbox_events: {
    type: 'gauge',
    labels: ['topic'],
    unit: '{event}',
    help: 'Events in the outbox; each replica reports all of them',
  },
  weft_outbox_oldest_seconds: {
    type: 'gauge',
    labels: ['topic'],
    unit: 's',
    help: 'Age of the oldest event in the outbox; each replica reports it',
  },
  weft_dead_letters: {
    type: 'gauge',
    labels: ['topic', 'group'],
    unit: '{event}',
    help: 'Events in the table dead_letter; each replica reports all of them',
  },
  weft_order_transitions_total: {
    type: 'counter',
    labels: ['weft_order_state'],
    unit: '{order}',
    help: 'Orders that entered a state, in the service order',
  },
  weft_reconciliation_findings_total: {
    type: 'counter',
    labels: ['finding', 'action'],
    unit: '{finding}',
    help: "Differences between payments and the provider's ledger, in the service payment; an operator must resolve those whose action is reported",
  },
  weft_reconciliation_runs_total: {
    type: 'counter',
    labels: ['result'],
    unit: '{run}',
    help: "Comparisons of the payments with the provider's ledger, in the service payment",
  },
  db_client_connection_count: {
    type: 'gauge',
    labels: ['db_client_connection_pool_name', 'db_client_connection_state'],
    unit: '{connection}',
    help: 'Connections of a database pool, by state: idle or used',
  },
  db_client_connection_max: {
    type: 'gauge',
    labels: ['db_client_connection_pool_name'],
    unit: '{connection}',
    help: 'Maximum number of connections of a database pool',
  },
  db_client_connection_pending_requests: {
    type: 'gauge',
    labels: ['db_client_connection_pool_name'],
    unit: '{request}',
    help: 'Statements that wait for a connection of a database pool',
  },
  nodejs_eventloop_utilization_ratio: {
    type: 'gauge',
    labels: [],
    unit: '1',
    help: 'Share of time in which the event loop was busy, since the previous reading',
  },
  nodejs_eventloop_delay_p99_seconds: {
    type: 'gauge',
    labels: [],
    unit: 's',
    help: '99th percentile of the delay of timers, since the previous reading',
  },
  process_cpu_seconds_total: {
    type: 'counter',
    labels: [],
    unit: 's',
    help: 'CPU time of the process, user and system',
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    labels: [],
    unit: 'By',
    help: 'Resident memory of the process',
  },
  weft_metric_series_dropped_total: {
    type: 'counter',
    labels: ['weft_metric'],
    unit: '{value}',
    help: 'Values above the cardinality cap of a metric, which are counted in one series with every label "other"',
  },
  weft_telemetry_dropped_total: {
    type: 'counter',
    labels: ['weft_signal', 'weft_reason'],
    unit: '{item}',
    help: 'Spans, log lines and metric exports that the process dropped: queue-full or export-failed',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
