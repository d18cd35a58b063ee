import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

export interface TelemetrySource {
  readonly settings: TelemetrySettings;
  readonly service: string;
  readonly version: string | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Exports traces, logs and metrics until it is closed. */
export interface Telemetry {
  /** Exports what is buffered, for at most two seconds, and stops. Never rejects. */
  close(): Promise<void>;
}
