import { join } from 'node:path';
import { parseLogs } from '../../../../../mesh/run/dashboard/otlp/parse-logs.ts';
import { parseMetrics } from '../../../../../mesh/run/dashboard/otlp/parse-metrics.ts';
import { parseSpans } from '../../../../../mesh/run/dashboard/otlp/parse-spans.ts';
import { TelemetryStore } from '../../../../../mesh/run/dashboard/store/telemetry-store.ts';
import { NOW } from '../otlp-requests.ts';
import { temporaryFolder } from '../test-dashboard.ts';

export interface TestStore {
  readonly store: TelemetryStore;
  readonly file: string;
  readonly problems: string[];
  /** Stores an OTLP request. Returns why it was not stored. */
  add(request: object): string | undefined;
}

/** Opens a store, in a new folder by default. */
export async function openStore({
  file,
  maxMiB = 16,
}: {
  readonly file?: string;
  readonly maxMiB?: number;
} = {}): Promise<TestStore> {
  const path = file ?? join(await temporaryFolder(), 'telemetry.db');
  const problems: string[] = [];
  const store = new TelemetryStore({ file: path, maxMiB, onProblem: (text) => problems.push(text) });
  return {
    store,
    file: path,
    problems,
    add: (request) => {
      if ('resourceSpans' in request) return store.addSpans(parseSpans(request).records, NOW);
      if ('resourceLogs' in request) return store.addLogs(parseLogs(request).records);
      return store.addPoints(parseMetrics(request).records);
    },
  };
}
