import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TraceView } from '../../api/views.ts';
import { useMediaQuery } from '../controls/use-media-query.ts';
import { useShortcut } from '../controls/use-shortcut.ts';
import { useVisibleRows } from '../controls/use-visible-rows.ts';
import { formatMs } from '../format/figures.ts';
import { openRoute } from '../state/navigation.ts';
import { timeTicks } from './time-ticks.ts';
import { parentRow, type TraceRow, traceRows } from './trace-rows.ts';
import { WaterfallRow } from './waterfall-row.tsx';

interface WaterfallProps {
  readonly trace: TraceView;
  readonly currentSpan: string | null;
  readonly onSpan: (spanId: string | null) => void;
}

const ROW_HEIGHT = 28;
const HEAD_HEIGHT = 28;

/** Shows the spans of a trace on a time axis. Renders only the rows that are visible. */
export function Waterfall({ trace, currentSpan, onSpan }: WaterfallProps) {
  const box = useRef<HTMLDivElement>(null);
  const isNarrow = useMediaQuery('(max-width: 720px)');
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => traceRows(trace.spans, collapsed), [trace, collapsed]);
  const [current, setCurrent] = useState<number | null>(null);
  const { first, end, scrollToRow } = useVisibleRows(box, ROW_HEIGHT, rows.length, HEAD_HEIGHT);
  const durationMs = useMemo(
    () => Math.max(...trace.spans.map((span) => span.startMs + span.durationMs), 0.001),
    [trace],
  );
  const withLogs = useMemo(() => new Set(trace.logs.map(({ spanId }) => spanId)), [trace]);
  const toggle = (spanId: string) =>
    setCollapsed((before) => {
      const next = new Set(before);
      if (!next.delete(spanId)) next.add(spanId);
      return next;
    });
  const move = (index: number) => {
    const target = Math.min(Math.max(index, 0), rows.length - 1);
    setCurrent(target);
    scrollToRow(target);
  };
  const open = (index: number) => {
    const row = rows[index];
    setCurrent(index);
    box.current?.focus({ preventScroll: true });
    if (row) onSpan(row.span.spanId);
  };
  useEffect(() => {
    // A log, a link or another view has chosen a span.
    const index = rows.findIndex(({ kind, span }) => kind === 'span' && span.spanId === currentSpan);
    if (index < 0) return;
    const row = current === null ? undefined : rows[current];
    if (row?.span.spanId === currentSpan) return;
    move(index);
  }, [currentSpan, rows]);
  useShortcut('j', () => focusAnd(box.current, () => move(current === null ? 0 : current + 1)));
  useShortcut('k', () => focusAnd(box.current, () => move((current ?? 1) - 1)));
  const row = current === null ? undefined : rows[current];
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(current === null ? 0 : current + 1),
    ArrowUp: () => move((current ?? 1) - 1),
    PageDown: () => move((current ?? 0) + 15),
    PageUp: () => move((current ?? 0) - 15),
    Home: () => move(0),
    End: () => move(rows.length - 1),
    ArrowRight: () => row && isExpandable(row, true) && toggle(row.span.spanId),
    ArrowLeft: () => {
      if (row && isExpandable(row, false)) toggle(row.span.spanId);
      else if (current !== null) move(parentRow(rows, current));
    },
    Enter: () => {
      if (row?.kind === 'decision' && row.span.callId !== null)
        openRoute({ view: 'graph', callId: row.span.callId, field: row.decision.field || null });
      else if (current !== null) open(current);
    },
  };
  return (
    <div
      class="waterfall"
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={rows.length}
      aria-activedescendant={
        current !== null && current >= first && current < end ? `row-${current}` : undefined
      }
      tabIndex={0}
      ref={box}
      onKeyDown={(event) => {
        const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
        if (!action) return;
        event.preventDefault();
        action();
      }}
    >
      <div class="trace-head" aria-hidden="true">
        <span class="trace-name">Span</span>
        <span class="trace-time">
          {timeTicks(durationMs, isNarrow ? 2 : 5).map((tick) => (
            <span key={tick} class="tick" style={{ left: `${(tick / durationMs) * 100}%` }}>
              {formatMs(tick)}
            </span>
          ))}
        </span>
      </div>
      <div class="rows" style={{ height: `${rows.length * ROW_HEIGHT}px` }} role="presentation">
        <div
          class="rows-window"
          role="presentation"
          style={{ transform: `translateY(${first * ROW_HEIGHT}px)` }}
        >
          {rows.slice(first, end).map((one, offset) => (
            <WaterfallRow
              key={one.key}
              row={one}
              index={first + offset}
              durationMs={durationMs}
              isCurrent={first + offset === current}
              hasLog={one.kind === 'span' && withLogs.has(one.span.spanId)}
              onOpen={open}
              onToggle={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function isExpandable(row: TraceRow, isCollapsed: boolean): boolean {
  return row.kind === 'span' && row.hasChildren && row.isCollapsed === isCollapsed;
}

function focusAnd(node: HTMLElement | null, action: () => void): void {
  node?.focus({ preventScroll: true });
  action();
}
