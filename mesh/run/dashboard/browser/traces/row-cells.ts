import type { TraceRow } from './trace-rows.ts';

export type SpanTraceRow = Extract<TraceRow, { readonly kind: 'span' }>;
export type DecisionTraceRow = Extract<TraceRow, { readonly kind: 'decision' }>;

/** Marks beyond this share of the width have their label on the other side. */
export const LABEL_TURN = 0.6;

/** Level beyond which rows are not indented further. */
const MAX_INDENT_LEVEL = 14;

/** Returns the style of a cell that shows the depth of its span. */
export function indent(depth: number): { readonly '--level': number } {
  return { '--level': Math.min(depth, MAX_INDENT_LEVEL) };
}

/** Formats a share of the time axis, from 0 to 1, for a style. */
export function percent(share: number): string {
  return `${(Math.min(Math.max(share, 0), 1) * 100).toFixed(3)}%`;
}

/** Shortens the name of a gRPC method to its service and method: `weft.order.v1.OrderService/GetOrder`. */
export function shortSpanName(name: string): string {
  return /^(?:[\w-]+\.)+(\w+\/\w+)$/.exec(name)?.[1] ?? name;
}
