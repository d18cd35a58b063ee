import { SERVER_KIND } from '../otlp/parse-spans.ts';
import { orderAsTree, type TraceNode } from './trace-tree.ts';

/** Differences between clocks below this are not corrected, in microseconds. */
const MIN_SHIFT = 5_000;

export interface CorrectedTrace {
  readonly nodes: readonly TraceNode[];
  readonly shifts: readonly { readonly service: string; readonly shiftMs: number }[];
}

/**
 * Moves the spans of processes whose clocks differ, so that a span does not start before its parent, nor a served call
 * outside of the call. All spans of a process move by the same time, which its first span below another process decides:
 * the served call is centered in the call, as Jaeger does.
 */
export function correctClocks(nodes: readonly TraceNode[]): CorrectedTrace {
  const byId = new Map(nodes.map((node) => [node.span.spanId, node]));
  const shifts = new Map<string, number>();
  const shiftOf = (node: TraceNode) => shifts.get(node.process) ?? 0;
  // Parents are corrected before their children, because they have lower depths.
  for (const { node } of orderAsTree(nodes).toSorted((a, b) => a.depth - b.depth)) {
    const parent = byId.get(node.span.parentSpanId ?? '');
    if (!parent || parent.process === node.process || shifts.has(node.process)) continue;
    const start = parent.start + shiftOf(parent);
    const end = parent.end + shiftOf(parent);
    const isServed = node.span.kind === SERVER_KIND;
    const isOutside = node.start < start - MIN_SHIFT || (isServed && node.start > end + MIN_SHIFT);
    const slack = Math.max(0, end - start - (node.end - node.start));
    shifts.set(node.process, isOutside ? start + slack / 2 - node.start : 0);
  }
  const corrected = nodes.map((node) => {
    const shift = shiftOf(node);
    return shift === 0 ? node : { ...node, start: node.start + shift, end: node.end + shift };
  });
  const services = new Map(nodes.map(({ process, service }) => [process, service]));
  return {
    nodes: corrected,
    shifts: [...shifts]
      .filter(([, shift]) => shift !== 0)
      .map(([process, shift]) => ({ service: services.get(process) ?? '', shiftMs: shift / 1_000 })),
  };
}
