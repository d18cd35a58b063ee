import { memo } from '../controls/memo.tsx';
import { serviceColorIndex } from '../controls/service-color.ts';
import { formatMs } from '../format/figures.ts';
import { decisionText } from '../graph/decision-text.ts';
import { formatRoute } from '../state/routes.ts';
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

/** Indentation per level, in CSS pixels, up to a level beyond which rows are not indented further. */
const INDENT = 14;
const MAX_INDENT_LEVEL = 14;
/** Bars beyond this share of the width have their label on the left side. */
const LABEL_TURN = 0.78;

/** Draws one row of the waterfall: the name, and the bar or the mark on the time axis. */
export const WaterfallRow = memo<WaterfallRowProps>((props) => {
  const { row, index, isCurrent, onOpen } = props;
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
      {row.kind === 'span' ? <SpanCells {...props} row={row} /> : <DecisionCells {...props} row={row} />}
    </div>
  );
});

type SpanRow = Extract<TraceRow, { readonly kind: 'span' }>;
type DecisionRow = Extract<TraceRow, { readonly kind: 'decision' }>;

function SpanCells({ row, durationMs, hasLog, onToggle }: WaterfallRowProps & { readonly row: SpanRow }) {
  const { span, hasChildren, isCollapsed, descendants } = row;
  const start = span.startMs / durationMs;
  const share = span.durationMs / durationMs;
  const isTurned = start + share > LABEL_TURN;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see WaterfallRow */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see WaterfallRow */}
      <div role="gridcell" class="trace-name" style={indent(span.depth)}>
        {hasChildren ? (
          <button
            type="button"
            class="toggle"
            tabindex={-1}
            aria-label={isCollapsed ? `Expand ${span.name}` : `Collapse ${span.name}`}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(span.spanId);
            }}
          >
            {isCollapsed ? '▸' : '▾'}
          </button>
        ) : (
          <span class="toggle" />
        )}
        <span class={`swatch series-${serviceColorIndex(span.service)}`} aria-hidden="true" />
        <span class="span-service">{span.service}</span>
        <span class={span.isError ? 'span-name bad-ink' : 'span-name'} title={span.name}>
          {span.isError && <span aria-hidden="true">✕ </span>}
          {span.isError && <span class="hidden">failed: </span>}
          {span.name}
        </span>
        {isCollapsed && <span class="soft small"> +{descendants}</span>}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see WaterfallRow */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see WaterfallRow */}
      <div role="gridcell" class="trace-time">
        <span
          class={`span-bar series-${serviceColorIndex(span.service)} ${span.kind}${span.isError ? ' failed' : ''}`}
          style={{ left: percent(start), width: percent(share) }}
        />
        {span.events.map((event, position) => (
          <span
            key={position}
            class={event.decision ? 'mark decision' : 'mark'}
            style={{ left: percent(event.atMs / durationMs) }}
            title={event.decision ? decisionText(event.decision) : event.name}
          />
        ))}
        <span
          class={isTurned ? 'bar-label turned' : 'bar-label'}
          style={isTurned ? { right: percent(1 - start) } : { left: percent(start + share) }}
        >
          {formatMs(span.durationMs)}
          {hasLog && <span class="soft"> · logs</span>}
        </span>
      </div>
    </>
  );
}

function DecisionCells({ row, durationMs }: WaterfallRowProps & { readonly row: DecisionRow }) {
  const { span, event, decision } = row;
  const at = event.atMs / durationMs;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see WaterfallRow */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see WaterfallRow */}
      <div role="gridcell" class="trace-name" style={indent(span.depth + 1)}>
        <span class="toggle" />
        <span class="mark decision still" aria-hidden="true" />
        <span class="decision-text" title={decisionText(decision)}>
          {decisionText(decision)}
          {decision.field !== '' && (
            <>
              {', because of '}
              {span.callId === null ? (
                <code>{decision.field}</code>
              ) : (
                <a
                  tabindex={-1}
                  href={formatRoute({ view: 'graph', callId: span.callId, field: decision.field })}
                  onClick={(click) => click.stopPropagation()}
                >
                  <code>{decision.field}</code>
                </a>
              )}
            </>
          )}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see WaterfallRow */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see WaterfallRow */}
      <div role="gridcell" class="trace-time">
        <span class="mark decision" style={{ left: percent(at) }} />
        <span
          class={at > LABEL_TURN ? 'bar-label turned' : 'bar-label'}
          style={at > LABEL_TURN ? { right: percent(1 - at) } : { left: percent(at) }}
        >
          at {formatMs(event.atMs)}
        </span>
      </div>
    </>
  );
}

function indent(depth: number) {
  return { paddingLeft: `${6 + Math.min(depth, MAX_INDENT_LEVEL) * INDENT}px` };
}

function percent(share: number): string {
  return `${(Math.min(Math.max(share, 0), 1) * 100).toFixed(3)}%`;
}
