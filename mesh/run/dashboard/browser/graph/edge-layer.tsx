import type { GraphView } from '../../api/views.ts';
import { formatRoute } from '../state/routes.ts';
import { type CallGroup, callState, type EdgeState } from './call-groups.ts';
import { type DrawingLayout, topicNodeId } from './drawing.ts';
import { compactEdgeLabel, edgeDescription, edgeLabel } from './edge-label.ts';
import { GraphEdge, TopicEdge } from './graph-edge.tsx';

interface EdgeLayerProps {
  readonly graph: GraphView;
  readonly groups: readonly CallGroup[];
  readonly layout: DrawingLayout;
  readonly matches: ReadonlySet<string> | null;
  readonly hasTabStops: boolean;
  /** Whether labels are too small to be read. */
  readonly isFar: boolean;
  /** Whether only edges that need attention, or that the filter matches, have a label. */
  readonly isCrowded: boolean;
  /** Whether labels have no percentiles. */
  readonly isCompact: boolean;
}

const ATTENTION: readonly EdgeState[] = ['undeclared', 'failing', 'over-retrying'];
const NO_LABEL = { traffic: '', latency: '', warning: '' } as const;

/** Draws the calls. */
export function EdgeLayer(props: EdgeLayerProps & { readonly currentCall: string | null }) {
  const { groups, layout, matches, hasTabStops, isFar, isCrowded, isCompact, currentCall } = props;
  const createLabel = isCompact ? compactEdgeLabel : edgeLabel;
  return (
    <>
      {groups.map((group) => {
        const place = layout.edges.get(group.id);
        if (!place) return null;
        const isMatch = matches !== null && (matches.has(group.caller) || matches.has(group.callee));
        const isImportant = matches === null ? ATTENTION.includes(group.state) : isMatch;
        const hasLabel = !isFar && (!isCrowded || isImportant);
        const label = hasLabel ? createLabel(group) : NO_LABEL;
        return (
          <GraphEdge
            key={group.id}
            href={formatRoute({ view: 'graph', callId: callToOpen(group), field: null })}
            state={group.state}
            path={place.path}
            labelX={place.label.x}
            labelY={place.label.y}
            {...label}
            description={edgeDescription(group, isCrowded ? label : edgeLabel(group))}
            width={lineWidth(group)}
            isDim={matches !== null && !isMatch}
            isCurrent={currentCall !== null && group.calls.some(({ id }) => id === currentCall)}
            hasTabStop={hasTabStops}
          />
        );
      })}
    </>
  );
}

/** Draws which services publish to topics and consume from them. */
export function TopicEdgeLayer({ graph, layout, matches, isFar }: EdgeLayerProps) {
  const edges = graph.topics.flatMap(({ name, publishers, consumers }) => [
    ...publishers.map((service) => ({
      id: `${service}->${topicNodeId(name)}`,
      text: 'publishes',
      service,
    })),
    ...consumers.map((service) => ({ id: `${topicNodeId(name)}->${service}`, text: 'consumes', service })),
  ]);
  return (
    <>
      {edges.map(({ id, text, service }) => {
        const place = layout.edges.get(id);
        if (!place) return null;
        return (
          <TopicEdge
            key={id}
            path={place.path}
            labelX={place.label.x}
            labelY={place.label.y}
            text={isFar ? '' : text}
            isDim={matches !== null && !matches.has(service)}
          />
        );
      })}
    </>
  );
}

/** Returns the call that a click on an edge opens: the one that gives the edge its state. */
function callToOpen({ calls, state }: CallGroup): string | null {
  const call = calls.find((one) => callState(one) === state) ?? calls[0];
  return call?.id ?? null;
}

/**
 * Returns the width of the line: it grows with the failed share, and slowly with the rate. Half units keep most lines
 * unchanged between updates.
 */
function lineWidth({ state, errorRatio, ratePerSecond }: CallGroup): number {
  const width =
    state === 'failing'
      ? 3 + Math.min(errorRatio * 8, 3)
      : 1.5 + Math.min(Math.log10(1 + ratePerSecond) / 2, 1.5);
  return Math.round(width * 2) / 2;
}
