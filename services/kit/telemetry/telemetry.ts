import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

export interface TelemetrySource {
  readonly settings: TelemetrySettings;
  readonly service: string;
  readonly version: string | undefined;
  /** Whether the process executes statements on Postgres. */
  readonly hasDatabase: boolean;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The same, with the endpoint of OTLP over HTTP. */
export interface ExportSource extends TelemetrySource {
  readonly endpoint: string;
}

/** The export of one signal. */
export interface SignalExport {
  /** Exports what is buffered, and stops. */
  shutdown(): Promise<void>;
}

/** Exports traces, logs and metrics until it is closed. */
export interface Telemetry {
  /** Exports what is buffered, for at most two seconds, and stops. Never rejects. */
  close(): Promise<void>;
}
