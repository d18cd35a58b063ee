import { memo } from '../controls/memo.tsx';
import { DecisionCells } from './decision-cells.tsx';
import { SpanCells } from './span-cells.tsx';
import type { TraceRow } from './trace-rows.ts';

interface WaterfallRowProps {
  readonly row: TraceRow;
  readonly index: number;
  readonly durationMs: number;
  readonly isCurrent: boolean;
  readonly hasLog: boolean;
  readonly onOpen: (index: number) => void;
  readonly onToggle: (spanId: string) => void;
}

/** Draws one row of the waterfall: the name, and the bar or the mark on the time axis. */
export const WaterfallRow = memo<WaterfallRowProps>((props) => {
  const { row, index, durationMs, isCurrent, hasLog, onOpen, onToggle } = props;
  const level = row.span.depth + (row.kind === 'decision' ? 2 : 1);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus, and refers to its current row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual list are not rows of a table
    <div
      id={`row-${index}`}
      role="row"
      aria-rowindex={index + 1}
      aria-level={level}
      aria-selected={isCurrent}
      aria-expanded={row.kind === 'span' && row.hasChildren ? !row.isCollapsed : undefined}
      class={`trace-row ${row.kind}${isCurrent ? ' current' : ''}`}
      onClick={() => onOpen(index)}
    >
      {row.kind === 'span' ? (
        <SpanCells row={row} durationMs={durationMs} hasLog={hasLog} onToggle={onToggle} />
      ) : (
        <DecisionCells row={row} durationMs={durationMs} />
      )}
    </div>
  );
});
