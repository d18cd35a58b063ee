import { partHost } from './names.ts';
import type { ObservabilityPart, ObservabilitySettings } from './settings.ts';

/** Status codes of gRPC that count as failures of the server: UNKNOWN, DEADLINE_EXCEEDED and so on. */
const GRPC_FAILURES = ['2', '4', '8', '12', '13', '14', '15'];

/** Seconds that an exporter retries a batch. Older batches are dropped, which bounds the memory of the collector. */
const MAX_RETRY_SECONDS = 60;

/**
 * Spans that sidecars report about telemetry itself: exports of OTLP, and scrapes by Prometheus. Each would otherwise be
 * a trace of its own.
 */
const OWN_SPANS = [
  `IsMatch(attributes["upstream_cluster.name"], "${partHost('collector').replaceAll('.', '\\\\.')}")`,
  'IsMatch(attributes["http.url"], "^https?://[^/]+/(metrics|stats/prometheus)$")',
];

/**
 * Returns the configuration of the OpenTelemetry Collector: OTLP in; traces by tail sampling to Jaeger, logs to Loki
 * and, if enabled, metrics to Prometheus.
 * @see https://opentelemetry.io/docs/collector/configuration/
 */
export function collectorConfig(
  settings: ObservabilitySettings,
  parts: ReadonlySet<ObservabilityPart>,
): object {
  const hasMetrics = settings.hasOtlpMetrics === true;
  const pipelines = {
    ...(parts.has('jaeger') && {
      traces: {
        receivers: ['otlp'],
        processors: ['memory_limiter', 'filter', 'tail_sampling', 'batch'],
        exporters: ['otlp/jaeger'],
      },
    }),
    ...(parts.has('loki') && {
      logs: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: ['otlphttp/loki'] },
    }),
    ...(hasMetrics && {
      metrics: {
        receivers: ['otlp'],
        processors: ['memory_limiter', 'batch'],
        exporters: ['prometheusremotewrite'],
      },
    }),
  };
  return {
    extensions: { health_check: { endpoint: '0.0.0.0:13133' } },
    receivers: {
      otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } },
    },
    processors: {
      // Refuses data before the process reaches its memory limit. Senders retry or drop it.
      memory_limiter: { check_interval: '1s', limit_percentage: 75, spike_limit_percentage: 20 },
      batch: { send_batch_size: 512, send_batch_max_size: 2_048, timeout: '1s' },
      ...(parts.has('jaeger') && {
        filter: { error_mode: 'ignore', traces: { span: OWN_SPANS } },
        tail_sampling: tailSampling(settings),
      }),
    },
    exporters: {
      // The sidecars encrypt and authenticate, so the exporters use plain text to their own.
      ...(parts.has('jaeger') && {
        'otlp/jaeger': { endpoint: `${partHost('jaeger')}:4317`, tls: { insecure: true }, ...boundedQueue() },
      }),
      ...(parts.has('loki') && {
        'otlphttp/loki': { endpoint: `http://${partHost('loki')}:3100/otlp`, ...boundedQueue() },
      }),
      ...(hasMetrics && {
        prometheusremotewrite: {
          endpoint: `http://${partHost('prometheus')}:9090/api/v1/write`,
          resource_to_telemetry_conversion: { enabled: true },
        },
      }),
    },
    service: {
      extensions: ['health_check'],
      telemetry: {
        metrics: { readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: 8_888 } } } }] },
      },
      pipelines,
    },
  };
}

/** Keeps every trace with an error, every slow trace, and a share of the others. A trace is kept if any policy matches. */
function tailSampling({
  keptTracesPercent,
  slowTraceMs,
  traceDecisionSeconds,
}: ObservabilitySettings): object {
  return {
    decision_wait: `${traceDecisionSeconds}s`,
    num_traces: 20_000,
    policies: [
      { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
      {
        name: 'http-errors',
        type: 'string_attribute',
        string_attribute: { key: 'http.status_code', values: ['^5..$'], enabled_regex_matching: true },
      },
      {
        name: 'grpc-errors',
        type: 'string_attribute',
        string_attribute: { key: 'grpc.status_code', values: GRPC_FAILURES },
      },
      { name: 'slow', type: 'latency', latency: { threshold_ms: slowTraceMs } },
      { name: 'share', type: 'probabilistic', probabilistic: { sampling_percentage: keptTracesPercent } },
    ],
  };
}

function boundedQueue(): object {
  return {
    sending_queue: { queue_size: 200 },
    retry_on_failure: { max_elapsed_time: `${MAX_RETRY_SECONDS}s` },
  };
}
