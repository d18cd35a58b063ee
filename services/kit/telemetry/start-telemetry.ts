import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Log } from './log.ts';
import { installPropagation } from './propagation.ts';
import type { Telemetry, TelemetrySource } from './telemetry.ts';

const NO_TELEMETRY: Telemetry = { close: () => Promise.resolve() };

/**
 * Starts to export telemetry to the OTLP endpoint of the settings. Without an endpoint only the trace context is
 * propagated, and the OpenTelemetry SDK, which costs 0.2 s of CPU and 20 MiB, is not loaded.
 *
 * Exports never delay a request. Spans and log lines wait in queues of a fixed size. Records that a slow or dead
 * collector does not accept are dropped, and counted in `weft_telemetry_dropped_total`.
 */
export async function startTelemetry(source: TelemetrySource): Promise<Telemetry> {
  const { settings, log } = source;
  installPropagation(settings.WEFT_BAGGAGE);
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return NO_TELEMETRY;
  logDiagnostics(log);
  const { startSdk } = await import('./sdk.ts');
  return startSdk({ ...source, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
}

/** Repeated messages of the SDK, such as that of a dead collector, are logged at most this often. */
const MIN_REPEAT_MS = 60_000;

/** Writes the warnings and errors of the OpenTelemetry SDK to the log. */
function logDiagnostics(log: Log): void {
  const loggedAt = new Map<string, number>();
  const write = (level: 'warn' | 'error') => (message: string) => {
    // The SDK reports an export error as JSON with a stack, and the error's own message in it.
    const [text = ''] = message.split('\n');
    const kind = text.replaceAll(/\d+/g, '0').slice(0, 80);
    const now = performance.now();
    if (now - (loggedAt.get(kind) ?? Number.NEGATIVE_INFINITY) < MIN_REPEAT_MS) return;
    loggedAt.set(kind, now);
    log[level]('telemetry could not be exported; it is dropped', { reason: text.slice(0, 500) });
  };
  const ignore = () => {};
  diag.setLogger(
    { error: write('warn'), warn: write('warn'), info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
