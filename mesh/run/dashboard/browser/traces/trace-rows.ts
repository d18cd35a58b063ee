import type { SpanEventView, SpanView } from '../../api/views.ts';

/** A row of the waterfall: a span, or a decision of the in-app layer about the call of the span above it. */
export type TraceRow =
  | {
      readonly kind: 'span';
      readonly key: string;
      readonly span: SpanView;
      readonly hasChildren: boolean;
      readonly isCollapsed: boolean;
      /** Number of spans below the span, at any depth. */
      readonly descendants: number;
    }
  | {
      readonly kind: 'decision';
      readonly key: string;
      readonly span: SpanView;
      readonly event: SpanEventView;
      readonly decision: NonNullable<SpanEventView['decision']>;
    };

/**
 * Returns the rows of a trace: each span followed by its decisions in the order of time.
 * @param spans ordered depth first
 * @param collapsed ids of spans whose descendants and decisions are hidden
 */
export function traceRows(spans: readonly SpanView[], collapsed: ReadonlySet<string>): readonly TraceRow[] {
  const descendants = countDescendants(spans);
  const rows: TraceRow[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const [index, span] of spans.entries()) {
    if (span.depth > hiddenBelow) continue;
    hiddenBelow = Number.POSITIVE_INFINITY;
    const decisions = span.events.filter(({ decision }) => decision !== null);
    const count = descendants[index] ?? 0;
    const hasChildren = count > 0 || decisions.length > 0;
    const isCollapsed = hasChildren && collapsed.has(span.spanId);
    rows.push({ kind: 'span', key: span.spanId, span, hasChildren, isCollapsed, descendants: count });
    if (isCollapsed) {
      hiddenBelow = span.depth;
      continue;
    }
    for (const [position, event] of decisions.toSorted((a, b) => a.atMs - b.atMs).entries())
      if (event.decision)
        rows.push({
          kind: 'decision',
          key: `${span.spanId}/${position}`,
          span,
          event,
          decision: event.decision,
        });
  }
  return rows;
}

/** Returns the number of spans below each span, given spans ordered depth first. */
function countDescendants(spans: readonly SpanView[]): readonly number[] {
  const counts = spans.map(() => 0);
  const open: number[] = [];
  for (const [index, { depth }] of spans.entries()) {
    while (open.length > 0 && (spans[open.at(-1) ?? 0]?.depth ?? 0) >= depth) open.pop();
    for (const ancestor of open) counts[ancestor] = (counts[ancestor] ?? 0) + 1;
    open.push(index);
  }
  return counts;
}

/** Returns the id of the span that a row collapses or expands when the reader presses the left arrow: itself, or its parent. */
export function parentRow(rows: readonly TraceRow[], index: number): number {
  const row = rows[index];
  if (!row) return index;
  const depth = row.kind === 'decision' ? row.span.depth + 1 : row.span.depth;
  for (let at = index - 1; at >= 0; at -= 1) {
    const candidate = rows[at];
    if (candidate?.kind === 'span' && candidate.span.depth < depth) return at;
  }
  return index;
}
