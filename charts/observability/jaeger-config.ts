/**
 * Returns the configuration of Jaeger 2, which is itself a build of the OpenTelemetry Collector.
 * @param maxTraces number of traces kept in memory; the oldest ones are dropped
 * @see https://www.jaegertracing.io/docs/2.13/deployment/configuration/
 */
export function jaegerConfig(maxTraces: number): object {
  return {
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: maxTraces } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: { endpoint: '0.0.0.0:16686' } },
      healthcheckv2: { use_v2: true, http: { endpoint: '0.0.0.0:13133' } },
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' } } } },
    processors: { batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
    service: {
      extensions: ['jaeger_storage', 'jaeger_query', 'healthcheckv2'],
      telemetry: {
        metrics: {
          level: 'detailed',
          readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: 8_888 } } } }],
        },
      },
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] },
      },
    },
  };
}
