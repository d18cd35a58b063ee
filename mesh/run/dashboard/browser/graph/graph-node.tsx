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
  /** Whether the node has no icons, and its text in the middle. */
  readonly isCompact: boolean;
  readonly hasTabStop: boolean;
  readonly onOpen: (name: string) => void;
}

const ICON_SIZE = 14;
const TEXT_X = 14;

/** Draws a service or a topic. Its activation shows the calls of it only. */
export const GraphNode = memo<GraphNodeProps>((props) => {
  const { name, kind, x, y, width, height, detail, isDim, isCompact, isDeclared, onOpen } = props;
  const icons = isCompact ? [] : iconsOf(props);
  const isCentered = isCompact || kind === 'topic';
  const textX = isCentered ? width / 2 : TEXT_X;
  const classes = [
    'node',
    kind,
    isCentered ? 'centered' : '',
    isDim ? 'dim' : '',
    isDeclared ? '' : 'undeclared',
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot be a part of a drawing
    <g
      class={classes.filter(Boolean).join(' ')}
      transform={`translate(${(x - width / 2).toFixed(1)} ${(y - height / 2).toFixed(1)})`}
      role="button"
      tabindex={props.hasTabStop ? 0 : -1}
      onClick={() => onOpen(name)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onOpen(name);
      }}
    >
      <title>{`${kind} ${name}${detail ? `, ${detail}` : ''}: show its calls only`}</title>
      <rect width={width} height={height} rx={kind === 'topic' ? height / 2 : 9} />
      <text class="name" x={textX} y={detail === '' ? height / 2 : height * 0.36}>
        {name}
      </text>
      {detail !== '' && (
        <text class="detail" x={textX} y={height * 0.73}>
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

function iconsOf({ isEdge, hasStore }: GraphNodeProps): readonly ('edge' | 'store')[] {
  return [...(isEdge ? (['edge'] as const) : []), ...(hasStore ? (['store'] as const) : [])];
}
