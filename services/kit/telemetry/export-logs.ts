import { logs } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { batchOptions, exporterOptions, MAX_VALUE_LENGTH, resourceOf } from './otlp-settings.ts';
import type { ExportSource, SignalExport } from './telemetry.ts';

/** Starts to export the log lines of this process. */
export function exportLogs(source: ExportSource): SignalExport {
  const exporter = new OTLPLogExporter(exporterOptions(source, 'logs'));
  const provider = new LoggerProvider({
    resource: resourceOf(source),
    logRecordLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
    processors: [new BatchLogRecordProcessor({ exporter, ...batchOptions(source, 'logs') })],
  });
  logs.setGlobalLoggerProvider(provider);
  return provider;
}
