import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { ApiError } from '../api/api-error.ts';
import { parseOwnJson } from '../store/own-json.ts';
import {
  countLogs,
  countSpans,
  findLogs,
  findSpans,
  type StoredRecord,
  toOtlpJson,
} from '../store/stored-records.ts';
import { NO_FILTER, parseBoolean, parseFilter, type TelemetryFilter } from '../store/telemetry-filter.ts';
import { findTraces } from '../store/trace-list.ts';
import type { RunTelemetry } from '../telemetry.ts';
import { followRecords } from './follow.ts';
import { sendJson } from './respond.ts';

/** Spans of all traces in one response. */
const MAX_SPANS = 10_000;

/**
 * Answers `GET /api/telemetry/{resources,spans,logs,traces}` with OTLP/JSON. The paths and parameters are those of the
 * dashboard of Aspire. Its tools read the same document below `data`.
 *
 * @see https://aspire.dev/dashboard/apis/
 */
export function answerTelemetry(
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
  telemetry: RunTelemetry,
): void {
  const { database } = telemetry.store;
  const filter = parseFilter(query);
  const isFollowing = parseBoolean('follow', query.get('follow')) === true;
  const [kind = '', traceId] = path.split('/');
  if (isFollowing && kind !== 'spans' && kind !== 'logs')
    throw new ApiError(400, `follow=true is for spans and logs, not for ${kind}`);
  switch (kind) {
    case 'resources':
      sendJson(response, listResources(telemetry));
      break;
    case 'spans':
    case 'logs':
      if (isFollowing) followRecords(kind, filter, request, response, telemetry);
      else sendRecords(response, kind, database, filter);
      break;
    case 'traces':
      sendTraces(response, telemetry, traceId === undefined ? filter : onlyTrace(filter, traceId));
      break;
    default:
      throw new ApiError(404, `/api/telemetry/${path} does not exist; use resources, spans, logs or traces`);
  }
}

function onlyTrace(filter: TelemetryFilter, traceId: string): TelemetryFilter {
  return { ...filter, traceId: parseFilter(new URLSearchParams({ traceId })).traceId };
}

/** Sends all spans of the traces that match, and not only the spans that match. */
function sendTraces(response: ServerResponse, telemetry: RunTelemetry, filter: TelemetryFilter): void {
  const { database } = telemetry.store;
  const { traces } = findTraces(database, filter);
  if (filter.traceId !== undefined && traces.length === 0)
    throw new ApiError(
      404,
      `trace ${filter.traceId} is not in the store; it may have been deleted as the oldest`,
    );
  const records: StoredRecord[] = [];
  for (const { traceId } of traces) {
    const limit = MAX_SPANS - records.length;
    if (limit > 0) records.push(...findSpans(database, { ...NO_FILTER, traceId, limit }));
  }
  sendPage(response, 'spans', records, traces.length, traces.length);
}

function sendRecords(
  response: ServerResponse,
  signal: 'spans' | 'logs',
  database: DatabaseSync,
  filter: TelemetryFilter,
): void {
  const isSpans = signal === 'spans';
  const records = (isSpans ? findSpans : findLogs)(database, filter);
  // Counting reads all records.
  const isComplete = records.length < filter.limit;
  const total = isComplete ? records.length : (isSpans ? countSpans : countLogs)(database, filter);
  sendPage(response, signal, records, total);
}

function sendPage(
  response: ServerResponse,
  signal: 'spans' | 'logs',
  records: readonly StoredRecord[],
  total: number,
  count = records.length,
): void {
  const otlp = toOtlpJson(signal, records);
  sendJson(response, `{${otlp},"data":{${otlp}},"totalCount":${total},"returnedCount":${count}}`);
}

/** Returns the processes that sent telemetry, as OTLP resources and in the form of Aspire. */
function listResources({ store }: RunTelemetry): object {
  const rows = store.database
    .prepare(`SELECT service, instance, resource,
      max(EXISTS (SELECT 1 FROM span WHERE span.source = source.id)) AS hasTraces,
      max(EXISTS (SELECT 1 FROM log WHERE log.source = source.id)) AS hasLogs,
      max(EXISTS (SELECT 1 FROM series WHERE series.service = source.service)) AS hasMetrics
      FROM source GROUP BY service, instance ORDER BY service, instance`)
    .all();
  return {
    resources: rows.map(({ resource }) => parseOwnJson(String(resource))),
    data: rows.map(({ service, instance, hasTraces, hasLogs, hasMetrics }) => ({
      name: service,
      instanceId: instance,
      hasTraces: hasTraces === 1,
      hasLogs: hasLogs === 1,
      hasMetrics: hasMetrics === 1,
    })),
    totalCount: rows.length,
    returnedCount: rows.length,
  };
}
