import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { z } from 'zod';
import type { DeclaredGraph } from '../../policy/declared-graph.ts';
import { startDashboard } from './dashboard.ts';
import { ProcessBoard } from './processes/process-board.ts';
import { LISTENING, type RunMessage } from './processes/process-messages.ts';
import { parseOwnJson } from './store/own-json.ts';

/*
 * The process of the dashboard. The process that runs the shop starts it (start-dashboard.ts), so that a slow page cannot
 * slow the shop down, and starts it again if it fails. It reads its settings from the environment.
 */

const SETTINGS = z.object({
  WEFT_DASHBOARD_FILE: z.string(),
  WEFT_DASHBOARD_GRAPH: z.string(),
  WEFT_DASHBOARD_TOKEN_FILE: z.string(),
  WEFT_DASHBOARD_RUN: z.string(),
  WEFT_DASHBOARD_PORT: z.coerce.number().int().min(1).max(65_535),
  WEFT_DASHBOARD_STORE_MIB: z.coerce.number().int().min(8).max(65_536).default(256),
  WEFT_DASHBOARD_COLLECTOR: z.string().optional(),
  WEFT_DASHBOARD_COLLECTOR_HEADERS: z.string().default(''),
});

/** Lower than that of the shop: on a busy machine, requests of the shop come first. */
const NICENESS = 5;

const settings = SETTINGS.parse(process.env);
try {
  setPriority(NICENESS);
} catch {
  // Not permitted everywhere. The dashboard works with any priority.
}
const board = new ProcessBoard((message) => process.send?.(message));
process.on('message', (message) => board.receive(message as RunMessage));
const dashboard = await startDashboard({
  file: settings.WEFT_DASHBOARD_FILE,
  maxMiB: settings.WEFT_DASHBOARD_STORE_MIB,
  port: settings.WEFT_DASHBOARD_PORT,
  token: readFileSync(settings.WEFT_DASHBOARD_TOKEN_FILE, 'utf8').trim(),
  // Written by the synthesis of this run.
  graph: parseOwnJson<DeclaredGraph>(readFileSync(settings.WEFT_DASHBOARD_GRAPH, 'utf8')),
  run: settings.WEFT_DASHBOARD_RUN,
  board,
  ...(settings.WEFT_DASHBOARD_COLLECTOR !== undefined && {
    collector: {
      endpoint: settings.WEFT_DASHBOARD_COLLECTOR,
      headers: parseHeaders(settings.WEFT_DASHBOARD_COLLECTOR_HEADERS),
    },
  }),
  onProblem: (text) => process.stderr.write(`${JSON.stringify({ level: 'warn', message: text })}\n`),
});
process.send?.(LISTENING);
process.once('SIGTERM', () => {
  void dashboard.close().then(() => process.exit());
});

/** Parses OTEL_EXPORTER_OTLP_HEADERS: `key=value` pairs, separated by commas; values are percent-encoded. */
function parseHeaders(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.split('='))
      .flatMap(([key = '', ...value]) =>
        key.trim() === '' ? [] : [[key.trim(), decodeURIComponent(value.join('=').trim())]],
      ),
  );
}
