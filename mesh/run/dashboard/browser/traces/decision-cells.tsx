import { formatMs } from '../format/figures.ts';
import { decisionText } from '../graph/decision-text.ts';
import { formatRoute } from '../state/routes.ts';
import { type DecisionTraceRow, indent, LABEL_TURN, percent } from './row-cells.ts';

interface DecisionCellsProps {
  readonly row: DecisionTraceRow;
  readonly durationMs: number;
}

/** Draws a decision of the in-app layer: what it was, the field that decided, and its mark on the time axis. */
export function DecisionCells({ row, durationMs }: DecisionCellsProps) {
  const { span, event, decision } = row;
  const at = event.atMs / durationMs;
  const isTurned = at > LABEL_TURN;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see WaterfallRow */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see WaterfallRow */}
      <div role="gridcell" class="trace-name" style={indent(span.depth + 1)}>
        <span class="toggle" />
        <span class="mark decision still" aria-hidden="true" />
        <span class="decision-text" title={decisionText(decision)}>
          {decisionText(decision)}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see WaterfallRow */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see WaterfallRow */}
      <div role="gridcell" class="trace-time">
        <span class="mark decision" style={{ left: percent(at) }} />
        <span
          class={isTurned ? 'bar-label turned' : 'bar-label'}
          style={isTurned ? { right: percent(1 - at) } : { left: percent(at) }}
          title={`at ${formatMs(event.atMs)}`}
        >
          <DecidingField row={row} />
        </span>
      </div>
    </>
  );
}

/** Links to the field of the policy that decided. */
function DecidingField({ row: { span, event, decision } }: Pick<DecisionCellsProps, 'row'>) {
  if (decision.field === '') return <>at {formatMs(event.atMs)}</>;
  if (span.callId === null)
    return (
      <>
        <span class="reason">because of </span>
        <code>{decision.field}</code>
      </>
    );
  return (
    <a
      tabindex={-1}
      href={formatRoute({ view: 'graph', callId: span.callId, field: decision.field })}
      onClick={(click) => click.stopPropagation()}
    >
      <span class="reason">because of </span>
      <code>{decision.field}</code>
    </a>
  );
}
