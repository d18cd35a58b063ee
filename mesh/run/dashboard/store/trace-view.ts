import type { DatabaseSync } from 'node:sqlite';
import type { SpanEventView, SpanView, TraceView } from '../api/views.ts';
import {
  attributeTexts,
  decisionKind,
  microseconds,
  type OtlpEvent,
  type OtlpSpan,
} from '../otlp/otlp-json.ts';
import { correctClocks } from './correct-clocks.ts';
import { logViews } from './log-list.ts';
import { parseOwnJson } from './own-json.ts';
import { countSpans, findSpans, type StoredRecord } from './stored-records.ts';
import { NO_FILTER } from './telemetry-filter.ts';
import { orderAsTree, type TraceNode } from './trace-tree.ts';

/** Spans of one trace that the page shows. */
const MAX_SPANS = 20_000;
const MAX_LOGS = 2_000;

/** By number of `Span.SpanKind`. */
const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/**
 * Returns a trace as a tree of spans with its logs; undefined if the store has no span of it.
 *
 * @param callIdOf returns the id of the declared call of a client span
 */
export function loadTrace(
  database: DatabaseSync,
  traceId: string,
  callIdOf: (service: string, attributes: Readonly<Record<string, string>>) => string | null,
): TraceView | undefined {
  const filter = { ...NO_FILTER, traceId, limit: MAX_SPANS };
  const records = findSpans(database, filter);
  if (records.length === 0) return undefined;
  const { nodes, shifts } = correctClocks(records.map(traceNode));
  const start = nodes.reduce((min, node) => Math.min(min, node.start), Number.POSITIVE_INFINITY);
  return {
    traceId,
    spans: orderAsTree(nodes).map(({ node, depth }) => spanView(node, depth, start, callIdOf)),
    omitted: records.length < MAX_SPANS ? 0 : countSpans(database, filter) - records.length,
    logs: logViews(database, traceId, MAX_LOGS),
    clockShifts: shifts,
  };
}

function traceNode({ service, instance, record }: StoredRecord): TraceNode {
  const span = parseOwnJson<OtlpSpan>(record);
  return {
    span,
    service,
    process: `${service}\n${instance}`,
    start: microseconds(span.startTimeUnixNano),
    end: Math.max(microseconds(span.startTimeUnixNano), microseconds(span.endTimeUnixNano)),
  };
}

function spanView(
  { span, service, start, end }: TraceNode,
  depth: number,
  traceStart: number,
  callIdOf: (service: string, attributes: Readonly<Record<string, string>>) => string | null,
): SpanView {
  const attributes = attributeTexts(span.attributes);
  const kind = KINDS[span.kind] ?? 'internal';
  const { code, message } = span.status ?? {};
  // A correction of the clock moves the events with their span.
  const shift = start - microseconds(span.startTimeUnixNano);
  return {
    spanId: span.spanId,
    parentId: span.parentSpanId ?? null,
    depth,
    name: span.name,
    service,
    kind,
    startMs: (start - traceStart) / 1_000,
    durationMs: (end - start) / 1_000,
    isError: code === 2 || code === 'STATUS_CODE_ERROR',
    statusMessage: message ?? '',
    attributes,
    events: (span.events ?? []).map((event) => eventView(event, start, shift, traceStart)),
    links: (span.links ?? []).flatMap(({ traceId, spanId }) =>
      traceId && spanId ? [{ traceId, spanId }] : [],
    ),
    callId: kind === 'client' ? callIdOf(service, attributes) : null,
  };
}

function eventView(event: OtlpEvent, spanStart: number, shift: number, traceStart: number): SpanEventView {
  const { timeUnixNano } = event;
  const kind = decisionKind(event);
  // An event without a time is shown at the start of its span.
  const time = microseconds(timeUnixNano) || spanStart - shift;
  const attributes = attributeTexts(event.attributes);
  const attempt = Number(attributes['weft.attempt'] ?? Number.NaN);
  return {
    name: event.name ?? '',
    atMs: (time + shift - traceStart) / 1_000,
    attributes,
    decision:
      kind === undefined
        ? null
        : {
            kind,
            field: attributes['weft.policy.field'] ?? '',
            detail: attributes['weft.detail'] ?? '',
            attempt: Number.isNaN(attempt) ? null : attempt,
            endpoint: attributes['weft.endpoint'] ?? null,
          },
  };
}
