import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Log } from './log.ts';
import { installPropagation } from './propagation.ts';
import type { ExportSource, SignalExport, Telemetry, TelemetrySource } from './telemetry.ts';
import { outsideTrace } from './tracing.ts';

const NO_TELEMETRY: Telemetry = { close: () => Promise.resolve() };

/**
 * Starts to export telemetry to the OTLP endpoint of the settings. Without an endpoint only the trace context is
 * propagated, and the OpenTelemetry SDK is not loaded. The SDK is assembled from its packages, one signal at a time:
 * `@opentelemetry/sdk-node` also loads the exporters of six other protocols, 0.25 s of CPU and 20 MiB per process.
 *
 * Exports never delay a request. Spans and log lines wait in queues of a fixed size. Records that a slow or dead
 * collector does not accept are dropped, and counted in `weft_telemetry_dropped_total`.
 */
export async function startTelemetry(source: TelemetrySource): Promise<Telemetry> {
  const { settings, log } = source;
  installPropagation(settings.WEFT_BAGGAGE);
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return NO_TELEMETRY;
  logDiagnostics(log);
  const to = { ...source, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT };
  const exports: SignalExport[] = [];
  if (settings.OTEL_TRACES_EXPORTER === 'otlp') {
    exports.push((await import('./export-traces.ts')).exportTraces(to));
    if (source.hasDatabase) (await import('./trace-statements.ts')).traceStatements();
  }
  if (settings.OTEL_LOGS_EXPORTER === 'otlp') exports.push((await import('./export-logs.ts')).exportLogs(to));
  if (settings.OTEL_METRICS_EXPORTER === 'otlp') exports.push(exportMetricsLater(to));
  return { close: () => closeWithin(CLOSE_TIMEOUT_MS, exports) };
}

/** Time for the last export when the process stops. */
const CLOSE_TIMEOUT_MS = 2_000;

async function closeWithin(timeoutMs: number, exports: readonly SignalExport[]): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, timeoutMs);
  await Promise.race([timeout.promise, Promise.allSettled(exports.map((one) => one.shutdown()))]);
  clearTimeout(timer);
}

/** Longest time until the metrics SDK is loaded, in milliseconds. Loaded at once, it would delay the start. */
const MAX_METRICS_DELAY_MS = 10_000;

/** Starts to export metrics after a delay, or when the process stops earlier. */
function exportMetricsLater(to: ExportSource): SignalExport {
  let started: Promise<SignalExport> | undefined;
  const start = () => {
    started ??= import('./export-metrics.ts').then(({ exportMetrics }) => exportMetrics(to));
    return started;
  };
  const delayMs = Math.min(to.settings.OTEL_METRIC_EXPORT_INTERVAL, MAX_METRICS_DELAY_MS);
  const onFailure = (error: unknown) =>
    to.log.warn('cannot load the export of metrics; continuing without it', { error });
  const timer = setTimeout(() => start().catch(onFailure), delayMs).unref();
  return {
    async shutdown() {
      clearTimeout(timer);
      await (await start()).shutdown();
    },
  };
}

/** Repeated messages of the SDK, such as that of a dead collector, are logged at most this often. */
const MIN_REPEAT_MS = 60_000;

/** Writes the warnings and errors of the OpenTelemetry SDK to the log. */
function logDiagnostics(log: Log): void {
  const loggedAt = new Map<string, number>();
  const write = (message: string) => {
    // The SDK reports an export error as JSON with a stack, and the error's own message in it.
    const [text = ''] = message.split('\n');
    const kind = text.replaceAll(/\d+/g, '0').slice(0, 80);
    const now = performance.now();
    if (now - (loggedAt.get(kind) ?? Number.NEGATIVE_INFINITY) < MIN_REPEAT_MS) return;
    loggedAt.set(kind, now);
    // The timer of an export has the context of the span that started it.
    const fields = { reason: text.slice(0, 500) };
    outsideTrace(() => log.warn('telemetry could not be exported; it is dropped', fields));
  };
  const ignore = () => {};
  diag.setLogger(
    { error: write, warn: write, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
