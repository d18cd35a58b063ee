import { iconPath } from '../controls/icon.tsx';
import { memo } from '../controls/memo.tsx';

interface GraphNodeProps {
  readonly name: string;
  readonly kind: 'service' | 'topic';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Versions, and what the service has. */
  readonly detail: string;
  readonly hasStore: boolean;
  readonly isEdge: boolean;
  readonly isDeclared: boolean;
  readonly isDim: boolean;
  readonly hasTabStop: boolean;
  readonly onOpen: (name: string) => void;
}

const ICON_SIZE = 14;

/** Draws a service or a topic. Its activation shows the calls of it only. */
export const GraphNode = memo<GraphNodeProps>((props) => {
  const { name, kind, x, y, width, height, detail, hasStore, isEdge, isDeclared, isDim, hasTabStop, onOpen } =
    props;
  const icons = [...(isEdge ? (['edge'] as const) : []), ...(hasStore ? (['store'] as const) : [])];
  const radius = kind === 'topic' ? height / 2 : 9;
  const classes = ['node', kind, isDim ? 'dim' : '', isDeclared ? '' : 'undeclared'];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot be a part of a drawing
    <g
      class={classes.filter(Boolean).join(' ')}
      transform={`translate(${(x - width / 2).toFixed(1)} ${(y - height / 2).toFixed(1)})`}
      role="button"
      tabindex={hasTabStop ? 0 : -1}
      aria-label={`${kind} ${name}${detail ? `, ${detail}` : ''}: show its calls only`}
      onClick={() => onOpen(name)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onOpen(name);
      }}
    >
      <rect width={width} height={height} rx={radius} />
      <text
        class="name"
        x={kind === 'topic' ? width / 2 : 14}
        y={detail && kind !== 'topic' ? 20 : height / 2}
      >
        {name}
      </text>
      {detail && kind !== 'topic' && (
        <text class="detail" x={14} y={36}>
          {detail}
        </text>
      )}
      {icons.map((icon, index) => (
        <path
          key={icon}
          class="node-icon"
          d={iconPath(icon)}
          transform={`translate(${width - 12 - ICON_SIZE - index * 20} ${detail ? 12 : height / 2 - 8}) scale(0.9)`}
        />
      ))}
    </g>
  );
});
