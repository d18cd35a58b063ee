import type { RefObject } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { scrollTopFor, type VisibleRows, visibleRows } from './visible-rows.ts';

interface ScrolledRows extends VisibleRows {
  /** Scrolls until a row is visible. */
  readonly scrollToRow: (row: number) => void;
}

/**
 * Follows the scrolling and the size of a box, and returns the rows to render.
 * @param headHeight height of a sticky head inside of the box, in CSS pixels
 */
export function useVisibleRows(
  box: RefObject<HTMLElement | null>,
  rowHeight: number,
  count: number,
  headHeight = 0,
): ScrolledRows {
  const [rows, setRows] = useState<VisibleRows>({ first: 0, end: Math.min(count, 60) });
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const update = () =>
      setRows((before) => {
        const next = visibleRows(node.scrollTop, node.clientHeight, rowHeight, count);
        return before.first === next.first && before.end === next.end ? before : next;
      });
    update();
    const observer = new ResizeObserver(update);
    observer.observe(node);
    node.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      node.removeEventListener('scroll', update);
    };
  }, [box, rowHeight, count]);
  const scrollToRow = useCallback(
    (row: number) => {
      const node = box.current;
      if (node) node.scrollTop = scrollTopFor(row, node.scrollTop, node.clientHeight - headHeight, rowHeight);
    },
    [box, rowHeight, headHeight],
  );
  return { ...rows, scrollToRow };
}
