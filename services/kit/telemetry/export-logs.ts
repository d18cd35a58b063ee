import { logs } from '@opentelemetry/api';
import { BatchLogRecordProcessor, LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { lazyExporter } from './lazy-exporter.ts';
import { batchOptions, exporterOptions, MAX_VALUE_LENGTH, resourceOf } from './otlp-settings.ts';
import type { ExportSource, SignalExport } from './telemetry.ts';

/** Starts to export the log lines of this process. */
export function exportLogs(source: ExportSource): SignalExport {
  const exporter = lazyExporter<ReadableLogRecord[]>(async () => {
    const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-http');
    return new OTLPLogExporter(exporterOptions(source, 'logs'));
  });
  const provider = new LoggerProvider({
    resource: resourceOf(source),
    logRecordLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
    processors: [new BatchLogRecordProcessor({ exporter, ...batchOptions(source, 'logs') })],
  });
  logs.setGlobalLoggerProvider(provider);
  return provider;
}
