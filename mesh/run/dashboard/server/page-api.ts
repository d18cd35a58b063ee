import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ApiError } from '../api/api-error.ts';
import type { ImportView, InfoView } from '../api/views.ts';
import { ARCHIVE_FORMAT, ARCHIVE_VERSION, type ArchiveHeader } from '../archive/archive-header.ts';
import { importArchive } from '../archive/import-archive.ts';
import { writeArchive } from '../archive/write-archive.ts';
import type { ProcessBoard } from '../processes/process-board.ts';
import { PROCESS_ACTIONS, type ProcessAction } from '../processes/process-messages.ts';
import { listLogs } from '../store/log-list.ts';
import { listMetrics, loadSeries } from '../store/metric-series.ts';
import { parseFilter, parseNumber } from '../store/telemetry-filter.ts';
import { findTraces } from '../store/trace-list.ts';
import { loadTrace } from '../store/trace-view.ts';
import type { RunTelemetry } from '../telemetry.ts';
import { streamLive } from './live-stream.ts';
import { chunksOf } from './read-body.ts';
import { requireMethod } from './require-method.ts';
import { startStream } from './respond.ts';

/** Everything that the API of the page serves. */
export interface PageApi {
  readonly telemetry: RunTelemetry;
  readonly board: ProcessBoard;
  readonly info: Omit<InfoView, 'store'>;
  /** Time of the graph, in milliseconds since the epoch. Of an imported file it is the time of its last span. */
  readonly now: () => number;
  readonly onProblem: (text: string) => void;
}

const DEFAULT_LINES = 1_000;
const DEFAULT_POINTS = 120;
/** Shortest time between two computations of the graph, in milliseconds. */
const GRAPH_TTL_MS = 500;

/**
 * Answers a request of the page.
 *
 * @returns the document; undefined if the response was sent
 * @throws ApiError if the request is not valid
 */
export async function answerPage(
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
  api: PageApi,
): Promise<object | undefined> {
  const { telemetry, board } = api;
  const { database } = telemetry.store;
  const [, root, kind = '', name, action] = path.split('/').map(decodePart);
  if (root !== 'api') throw new ApiError(404, `${path} does not exist; open / for the page`);
  if (kind === 'import') {
    requireMethod(request, 'POST');
    return importFile(request, api);
  }
  if (kind === 'processes' && name !== undefined) {
    requireMethod(request, 'POST');
    return board.act(name, parseAction(action));
  }
  requireMethod(request, 'GET');
  switch (kind) {
    case 'info':
      return { ...api.info, store: telemetry.store.view() } satisfies InfoView;
    case 'graph':
      return telemetry.graph(api.now());
    case 'live':
      streamLive(request, response, {
        board,
        graph: () => graphJson(api),
        store: () => telemetry.store.view(),
      });
      return undefined;
    case 'processes':
      return { processes: board.processes };
    case 'console':
      return {
        lines: board.lines(
          query.get('process') || undefined,
          parseNumber('after', query.get('after'), 0, Number.MAX_SAFE_INTEGER) ?? 0,
          parseNumber('limit', query.get('limit'), 1, 10_000) ?? DEFAULT_LINES,
        ),
      };
    case 'traces':
      return name === undefined ? findTraces(database, parseFilter(query)) : oneTrace(name, telemetry);
    case 'logs':
      return listLogs(database, parseFilter(query));
    case 'metrics':
      return name === undefined ? { metrics: listMetrics(database) } : metricSeries(name, query, telemetry);
    case 'export':
      await exportFile(query, response, api);
      return undefined;
    default:
      throw new ApiError(404, `${path} does not exist`);
  }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, `the path has '${part}', which is not percent-encoded`);
  }
}

function parseAction(text: string | undefined): ProcessAction {
  const action = PROCESS_ACTIONS.find((one) => one === text);
  if (action) return action;
  throw new ApiError(404, `action '${text ?? ''}' does not exist; use ${PROCESS_ACTIONS.join(', ')}`);
}

const graphs = new WeakMap<RunTelemetry, { readonly time: number; readonly json: string }>();

/** Returns the graph as JSON. All open pages share it. */
function graphJson({ telemetry, now }: PageApi): string {
  const time = performance.now();
  const cached = graphs.get(telemetry);
  if (cached && time - cached.time <= GRAPH_TTL_MS) return cached.json;
  const json = JSON.stringify(telemetry.graph(now()));
  graphs.set(telemetry, { time, json });
  return json;
}

function oneTrace(traceId: string, { store, observed }: RunTelemetry): object {
  const id = parseFilter(new URLSearchParams({ traceId })).traceId ?? '';
  const trace = loadTrace(store.database, id, (service, attributes) => {
    const { 'rpc.method': method, 'weft.callee': callee, 'weft.call': name } = attributes;
    return method === undefined ? null : observed.declaredCallId(service, method, callee, name);
  });
  if (trace) return trace;
  throw missingTrace(id);
}

function missingTrace(id: string): ApiError {
  const detail = 'it may not have arrived yet, or was deleted as the oldest';
  return new ApiError(404, `trace ${id} is not in the store; ${detail}`);
}

function metricSeries(name: string, query: URLSearchParams, { store }: RunTelemetry): object {
  const { service, from, to } = parseFilter(query);
  const points = parseNumber('points', query.get('points'), 2, 1_000) ?? DEFAULT_POINTS;
  return loadSeries(store.database, { name, service, from, to, points });
}

async function exportFile(query: URLSearchParams, response: ServerResponse, api: PageApi): Promise<void> {
  const { traceId } = parseFilter(query);
  const { telemetry, board, info } = api;
  if (traceId !== undefined && !telemetry.store.hasTrace(traceId)) throw missingTrace(traceId);
  const header: ArchiveHeader = {
    format: ARCHIVE_FORMAT,
    version: ARCHIVE_VERSION,
    createdAt: new Date().toISOString(),
    source: query.get('source') || info.source,
    focusTraceId: traceId ?? query.get('focus') ?? info.focusTraceId,
    graph: telemetry.declared,
    processes: board.processes,
    lines: board.lines(undefined, 0, DEFAULT_LINES),
  };
  const time = header.createdAt.slice(0, 19).replaceAll(':', '-');
  const name = traceId === undefined ? `telemetry-${time}` : `trace-${traceId}`;
  startStream(response, 'application/gzip', {
    'content-disposition': `attachment; filename="${name}.ndjson.gz"`,
  });
  const file = writeArchive(telemetry.store, header, traceId);
  // A browser that cancels the download is no failure.
  await pipeline(file, response).catch(() => {});
}

async function importFile(request: IncomingMessage, { telemetry }: PageApi): Promise<ImportView> {
  try {
    return await importArchive(chunksOf(request), 'the file', telemetry.store);
  } catch (error) {
    throw new ApiError(400, (error as Error).message);
  }
}
