import { SpanKind } from '@opentelemetry/api';
import type { OtlpSpan } from '../services/kit/telemetry/otlp-receiver.ts';

/** Kinds of spans, as OTLP numbers them. */
const KINDS = [
  'UNSPECIFIED',
  ...[SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER].map(
    (kind) => SpanKind[kind] ?? '',
  ),
];

/** Returns the name of a span's kind: `SERVER`. */
export function kindOf({ kind }: OtlpSpan): string {
  return KINDS[kind] ?? '';
}

/**
 * Returns a trace as indented lines, sorted by name within a parent: service, kind, name, and the declared call in
 * brackets. Spans that `isShown` refuses are left out, and their children move up to the next shown ancestor.
 */
export function outline(spans: readonly OtlpSpan[], isShown: (span: OtlpSpan) => boolean): readonly string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = (span: OtlpSpan): OtlpSpan | undefined => {
    const parent = byId.get(span.parentSpanId ?? '');
    return parent && !isShown(parent) ? parentOf(parent) : parent;
  };
  const children = Map.groupBy(spans.filter(isShown), parentOf);
  const linesOf = (parent: OtlpSpan | undefined, depth: number): readonly string[] =>
    (children.get(parent) ?? [])
      .map((span) => ({ text: `${'  '.repeat(depth)}${describe(span)}`, span }))
      .toSorted((a, b) => (a.text < b.text ? -1 : 1))
      .flatMap(({ text, span }) => [text, ...linesOf(span, depth + 1)]);
  return linesOf(undefined, 0);
}

function describe(span: OtlpSpan): string {
  const { service, name, attributes, links, isFailed } = span;
  const call = attributes['weft.call'];
  return [
    service,
    kindOf(span),
    name.replace(/^weft\.\w+\.v1\./, ''),
    ...(call === undefined ? [] : [`[${call}]`]),
    ...(links.length > 0 ? [`${links.length} link`] : []),
    ...(isFailed ? ['failed'] : []),
  ].join(' ');
}
