import { serviceColorIndex } from '../controls/service-color.ts';
import { formatMs } from '../format/figures.ts';
import { decisionText } from '../graph/decision-text.ts';
import { indent, percent, type SpanTraceRow, shortSpanName } from './row-cells.ts';

interface SpanCellsProps {
  readonly row: SpanTraceRow;
  readonly durationMs: number;
  readonly hasLog: boolean;
  readonly onToggle: (spanId: string) => void;
}

/** Draws a span: its name, and its bar with the marks of its events. */
export function SpanCells({ row, durationMs, hasLog, onToggle }: SpanCellsProps) {
  const { span, hasChildren, isCollapsed, descendants } = row;
  const start = span.startMs / durationMs;
  const share = span.durationMs / durationMs;
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
          {shortSpanName(span.name)}
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
        <span class="bar-label" style={{ left: percent(start + share) }}>
          {formatMs(span.durationMs)}
          {hasLog && <span class="has-logs"> · logs</span>}
        </span>
      </div>
    </>
  );
}
