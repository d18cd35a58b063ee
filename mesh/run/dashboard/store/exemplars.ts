import type { DatabaseSync } from 'node:sqlite';
import type { MetricSeriesView } from '../api/views.ts';
import { CLIENT_KIND, SERVER_KIND } from '../otlp/parse-spans.ts';

/** Exemplars of a chart. */
const MAX_EXEMPLARS = 30;

/** Spans that are searched, the latest ones. A search of a full store would block the server for half a second. */
const MAX_SEARCHED_SPANS = 30_000;

/** Kind of the spans whose durations a metric measures, with the attribute that only such spans have. */
const MEASURED_SPANS: Readonly<Record<string, { readonly kind: number; readonly attribute: string }>> = {
  http_server_request_duration_seconds: { kind: SERVER_KIND, attribute: 'http.request.method' },
  rpc_server_call_duration_seconds: { kind: SERVER_KIND, attribute: 'rpc.method' },
  rpc_client_call_duration_seconds: { kind: CLIENT_KIND, attribute: 'rpc.method' },
};

/**
 * Returns the slowest of the latest sampled requests whose duration a histogram counted. OTLP carries no exemplars of these metrics,
 * because the SDK has none, and the store has the spans.
 */
export function findExemplars(
  database: DatabaseSync,
  metric: string,
  service: string | undefined,
  from: number,
  to: number,
): MetricSeriesView['exemplars'] {
  const measured = MEASURED_SPANS[metric];
  if (!measured) return [];
  const rows = database
    .prepare(
      `SELECT span.trace_id AS traceId, span.start, span.end FROM span JOIN source ON source.id = span.source
       WHERE span.id > (SELECT coalesce(max(id), 0) FROM span) - ${MAX_SEARCHED_SPANS} AND span.start >= ? AND span.start <= ? AND (? IS NULL OR source.service = ?)
       AND json_extract(span.record, '$.kind') = ? AND instr(span.record, ?) > 0
       ORDER BY span.end - span.start DESC LIMIT ?`,
    )
    .all(
      from,
      to,
      service ?? null,
      service ?? null,
      measured.kind,
      `"${measured.attribute}"`,
      MAX_EXEMPLARS,
    ) as unknown as readonly { readonly traceId: string; readonly start: number; readonly end: number }[];
  return rows.map(({ traceId, start, end }) => ({ time: end / 1_000, value: (end - start) / 1e6, traceId }));
}
