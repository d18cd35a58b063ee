import { trace } from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { lazyExporter } from './lazy-exporter.ts';
import { batchOptions, exporterOptions, MAX_VALUE_LENGTH, resourceOf } from './otlp-settings.ts';
import type { ExportSource, SignalExport } from './telemetry.ts';

/** Starts to export the spans of this process. */
export function exportTraces(source: ExportSource): SignalExport {
  const root = new TraceIdRatioBasedSampler(source.settings.OTEL_TRACES_SAMPLER_ARG);
  const exporter = lazyExporter<ReadableSpan[]>(async () => {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    return new OTLPTraceExporter(exporterOptions(source, 'traces'));
  });
  const provider = new TracerProvider({
    resource: resourceOf(source),
    sampler: new ParentBasedSampler({ root }),
    spanLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
    spanProcessors: [new BatchSpanProcessor({ exporter, ...batchOptions(source, 'traces') })],
  });
  trace.setGlobalTracerProvider(provider);
  return provider;
}
