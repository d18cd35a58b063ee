import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { DeclaredGraph } from '../../policy/declared-graph.ts';
import type { ArchiveHeader } from './archive/archive-header.ts';
import { importArchive } from './archive/import-archive.ts';
import type { ArchiveSink } from './archive/read-archive.ts';
import { ProcessBoard } from './processes/process-board.ts';
import { type LiveServer, serveLivePage } from './server/dashboard-server.ts';
import { Forwarder } from './server/forwarder.ts';
import type { PageApi } from './server/page-api.ts';
import { TelemetryStore } from './store/telemetry-store.ts';
import { RunTelemetry } from './telemetry.ts';

/** Largest size of the store by default, in MiB. */
export const DEFAULT_STORE_MIB = 256;
/** Interval in which the totals of the calls are stored. */
const SAVE_INTERVAL_MS = 5_000;

export interface LiveDashboardOptions {
  /** Path of the store. */
  readonly file: string;
  /** @default 256 */
  readonly maxMiB?: number;
  readonly port: number;
  readonly token: string;
  readonly graph: DeclaredGraph;
  /** Identifies the run, so that the totals of its calls survive a restart of the dashboard. */
  readonly run: string;
  readonly board: ProcessBoard;
  /** Collector that receives the telemetry as well. @default none */
  readonly collector?: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> };
  readonly onProblem: (text: string) => void;
}

/** Starts the dashboard of a run. @throws Error if the port cannot be opened, or the store cannot be written */
export async function startDashboard(options: LiveDashboardOptions): Promise<LiveServer> {
  const { file, maxMiB = DEFAULT_STORE_MIB, board, graph, run, token, port, collector, onProblem } = options;
  const store = new TelemetryStore({ file, maxMiB, onProblem });
  const telemetry = new RunTelemetry({ declared: graph, store, run });
  const forwarder =
    collector && new Forwarder({ ...collector, onDrop: (reason) => store.drop(`not sent on: ${reason}`, 1) });
  const api: PageApi = {
    telemetry,
    board,
    info: { source: 'npm start', isLive: true, startedAt: Date.now(), focusTraceId: null },
    now: () => Date.now(),
    onProblem,
  };
  const server = await serveLivePage({ api, token, port, ...(forwarder && { forwarder }) });
  const timer = setInterval(() => telemetry.saveTotals(), SAVE_INTERVAL_MS);
  return {
    url: server.url,
    async close() {
      clearInterval(timer);
      await server.close();
      telemetry.saveTotals();
      store.close();
    },
  };
}

/** An exported file that is shown as a page. */
export interface OpenedArchive extends LiveServer {
  readonly header: ArchiveHeader;
}

/** Shows an exported file. @throws Error if the file cannot be read, or is not an export */
export async function openArchive(
  path: string,
  { token, port, onProblem }: Pick<LiveDashboardOptions, 'token' | 'port' | 'onProblem'>,
): Promise<OpenedArchive> {
  const store = new TelemetryStore({ file: ':memory:', maxMiB: 4 * DEFAULT_STORE_MIB, onProblem });
  const board = new ProcessBoard();
  const contents: { header?: ArchiveHeader; telemetry?: RunTelemetry; end: number } = { end: 0 };
  const sink: Partial<ArchiveSink> = {
    onHeader(header) {
      contents.header = header;
      contents.telemetry = new RunTelemetry({ declared: header.graph, store, run: path });
      const processes = header.processes.map((process) => ({ ...process, isControllable: false }));
      board.receive({ type: 'processes', processes });
      board.receive({ type: 'lines', lines: header.lines });
    },
    onSpans(spans) {
      // The time of the graph is that of the last span, so that its window has the end of the run.
      for (const span of spans.toSorted((a, b) => a.end - b.end)) {
        contents.end = Math.max(contents.end, span.end / 1_000);
        contents.telemetry?.observed.addSpans([span], span.end / 1_000);
      }
    },
  };
  const file = createReadStream(path);
  await importArchive(file, path, store, sink).finally(() => file.destroy());
  const { header, telemetry, end } = contents;
  if (!header || !telemetry) throw new Error(`${path} has no header`);
  const api: PageApi = {
    telemetry,
    board,
    info: {
      source: `${header.source} (${basename(path)})`,
      isLive: false,
      startedAt: Date.parse(header.createdAt),
      focusTraceId: header.focusTraceId,
    },
    now: () => end,
    onProblem,
  };
  const server = await serveLivePage({ api, token, port });
  return {
    url: server.url,
    header,
    async close() {
      await server.close();
      store.close();
    },
  };
}
