import { createLog, type Log } from '../../../services/kit/telemetry/log.ts';

export type Line = Readonly<Record<string, unknown>> & { readonly level: string; readonly message: string };

/** Returns a log and the lines written to it. */
export function recordedLog(): { readonly log: Log; readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const write = (line: string) => lines.push(JSON.parse(line));
  return { log: createLog({}, { level: 'debug', write }), lines };
}
