import type { OtlpSpan } from '../otlp/otlp-json.ts';

/** A span of a trace with its times, in microseconds since the epoch. */
export interface TraceNode {
  readonly span: OtlpSpan;
  readonly service: string;
  /** Identifies the process, whose clock all its spans share. */
  readonly process: string;
  readonly start: number;
  readonly end: number;
}

export interface PlacedNode {
  readonly node: TraceNode;
  /** 0 for a root. */
  readonly depth: number;
}

/**
 * Returns the spans depth first, siblings by start. A span whose parent is missing is a root, and so is one span of each
 * cycle. Needs no recursion, because a trace may be 10,000 spans deep.
 */
export function orderAsTree(nodes: readonly TraceNode[]): readonly PlacedNode[] {
  const children = childrenOf(nodes);
  const byStart = (a: TraceNode, b: TraceNode) => a.start - b.start || b.end - a.end;
  const placed: PlacedNode[] = [];
  const visited = new Set<TraceNode>();
  const place = (root: TraceNode) => {
    const stack: PlacedNode[] = [{ node: root, depth: 0 }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (visited.has(next.node)) continue;
      visited.add(next.node);
      placed.push(next);
      const { depth } = next;
      const below = (children.get(next.node.span.spanId) ?? []).toSorted(byStart).reverse();
      for (const node of below) stack.push({ node, depth: depth + 1 });
    }
  };
  const ids = new Set(nodes.map(({ span }) => span.spanId));
  const roots = nodes.filter(({ span }) => span.parentSpanId === undefined || !ids.has(span.parentSpanId));
  for (const root of roots.toSorted(byStart)) place(root);
  for (const node of nodes.toSorted(byStart)) if (!visited.has(node)) place(node);
  return placed;
}

/** Returns the spans by the id of their parent. */
export function childrenOf(nodes: readonly TraceNode[]): ReadonlyMap<string, readonly TraceNode[]> {
  return Map.groupBy(nodes, ({ span }) => span.parentSpanId ?? '');
}
