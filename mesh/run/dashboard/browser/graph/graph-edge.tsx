import { memo } from '../controls/memo.tsx';
import type { EdgeState } from './call-groups.ts';

interface GraphEdgeProps {
  readonly href: string;
  readonly state: EdgeState;
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
  /** Empty lines are left out. */
  readonly traffic: string;
  readonly latency: string;
  readonly warning: string;
  readonly description: string;
  /** Width of the line in units of the drawing. */
  readonly width: number;
  readonly isDim: boolean;
  readonly isCurrent: boolean;
  readonly hasTabStop: boolean;
}

const LINE_HEIGHT = 14;
/** Width of a character of a label, on average, and the space around it. */
const CHARACTER_WIDTH = 6.4;
const PADDING = 5;

/** Draws the calls of one service to another as a link to their panel. */
export const GraphEdge = memo<GraphEdgeProps>((props) => {
  const { href, state, path, labelX, labelY, traffic, latency, warning, description, width } = props;
  const lines = [
    { kind: 'traffic', text: traffic },
    { kind: 'latency', text: latency },
    { kind: 'warning', text: warning },
  ].filter(({ text }) => text !== '');
  const top = labelY - ((lines.length - 1) * LINE_HEIGHT) / 2;
  const classes = ['edge', state, props.isDim ? 'dim' : '', props.isCurrent ? 'current' : ''];
  return (
    <a class={classes.filter(Boolean).join(' ')} href={href} tabindex={props.hasTabStop ? 0 : -1}>
      <title>{description}</title>
      <path class="hit" d={path} />
      <path class="line" d={path} stroke-width={width} marker-end={`url(#arrow-${state})`} />
      {lines.length > 0 && <LabelBox x={labelX} y={labelY} texts={lines.map(({ text }) => text)} />}
      {lines.map(({ kind, text }, index) => (
        <text key={kind} class={kind} x={labelX} y={top + index * LINE_HEIGHT}>
          {text}
        </text>
      ))}
    </a>
  );
});

interface LabelBoxProps {
  readonly x: number;
  readonly y: number;
  readonly texts: readonly string[];
}

/** Covers the line behind a label. */
function LabelBox({ x, y, texts }: LabelBoxProps) {
  const width = Math.max(...texts.map((text) => text.length)) * CHARACTER_WIDTH + 2 * PADDING;
  const height = texts.length * LINE_HEIGHT + PADDING;
  return <rect class="label-box" x={x - width / 2} y={y - height / 2} width={width} height={height} rx={4} />;
}

interface TopicEdgeProps {
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
  readonly text: string;
  readonly isDim: boolean;
}

/** Draws that a service publishes to a topic, or consumes from it. */
export const TopicEdge = memo<TopicEdgeProps>(({ path, labelX, labelY, text, isDim }) => (
  <g class={isDim ? 'edge event dim' : 'edge event'}>
    <path class="line" d={path} stroke-width={1.5} marker-end="url(#arrow-event)" />
    {text !== '' && <LabelBox x={labelX} y={labelY} texts={[text]} />}
    <text class="latency" x={labelX} y={labelY}>
      {text}
    </text>
  </g>
));
