import type { DatabaseSync } from 'node:sqlite';
import type { SpanEventView, SpanView, TraceView } from '../api/views.ts';
import { attributeTexts, microseconds, type OtlpEvent, type OtlpSpan } from '../otlp/otlp-json.ts';
import { correctClocks } from './correct-clocks.ts';
import { logViews } from './log-list.ts';
import { parseOwnJson } from './own-json.ts';
import { countSpans, findSpans, type StoredRecord } from './stored-records.ts';
import { NO_FILTER } from './telemetry-filter.ts';
import { orderAsTree, type TraceNode } from './trace-tree.ts';

/** Spans of one trace that the page shows. */
const MAX_SPANS = 20_000;
const MAX_LOGS = 2_000;

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const KIND_NAMES: Readonly<Record<string, (typeof KINDS)[number]>> = {
  SPAN_KIND_SERVER: 'server',
  SPAN_KIND_CLIENT: 'client',
  SPAN_KIND_PRODUCER: 'producer',
  SPAN_KIND_CONSUMER: 'consumer',
};

/** Prefix of the events that the kit adds for decisions of the in-app layer. */
const DECISION_PREFIX = 'weft.call.';

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
  const kind = kindOf(span.kind);
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

function eventView(
  { name: eventName, timeUnixNano, attributes: list }: OtlpEvent,
  spanStart: number,
  shift: number,
  traceStart: number,
): SpanEventView {
  const name = eventName ?? '';
  // An event without a time is shown at the start of its span.
  const time = microseconds(timeUnixNano) || spanStart - shift;
  const attributes = attributeTexts(list);
  const attempt = Number(attributes['weft.attempt'] ?? Number.NaN);
  return {
    name,
    atMs: (time + shift - traceStart) / 1_000,
    attributes,
    decision: name.startsWith(DECISION_PREFIX)
      ? {
          kind: name.slice(DECISION_PREFIX.length),
          field: attributes['weft.policy.field'] ?? '',
          detail: attributes['weft.detail'] ?? '',
          attempt: Number.isNaN(attempt) ? null : attempt,
          endpoint: attributes['weft.endpoint'] ?? null,
        }
      : null,
  };
}

function kindOf(kind: number | string | undefined): SpanView['kind'] {
  return (typeof kind === 'string' ? KIND_NAMES[kind] : KINDS[kind ?? 0]) ?? 'internal';
}
