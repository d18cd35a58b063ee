/** Rows that a scrolling list renders: from `first` to before `end`. */
export interface VisibleRows {
  readonly first: number;
  readonly end: number;
}

/** Number of rows that are rendered above and below the visible part, so that fast scrolling shows no gap. */
const OVERSCAN = 12;

/** Returns the rows of equal height that a scrolled box shows. All lengths are in CSS pixels. */
export function visibleRows(
  scrollTop: number,
  boxHeight: number,
  rowHeight: number,
  count: number,
): VisibleRows {
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight), count) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + boxHeight) / rowHeight) + OVERSCAN);
  return { first, end: Math.max(first, end) };
}

/** Returns the scroll position that shows a row with the least movement. */
export function scrollTopFor(row: number, scrollTop: number, boxHeight: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - boxHeight);
}
