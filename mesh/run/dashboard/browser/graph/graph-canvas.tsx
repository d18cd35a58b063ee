import { useCallback, useMemo, useRef } from 'preact/hooks';
import type { GraphView } from '../../api/views.ts';
import { Icon } from '../controls/icon.tsx';
import { formatRoute } from '../state/routes.ts';
import { type CallGroup, callState, type EdgeState } from './call-groups.ts';
import { type DrawingDirection, drawingParts, partsKey, topicNodeId } from './drawing.ts';
import { edgeDescription, edgeLabel } from './edge-label.ts';
import { GraphEdge, TopicEdge } from './graph-edge.tsx';
import { GraphNode } from './graph-node.tsx';
import { layOut } from './lay-out.ts';
import { serviceDetail } from './service-detail.ts';
import { useViewport } from './use-viewport.ts';

interface GraphCanvasProps {
  readonly graph: GraphView;
  readonly groups: readonly CallGroup[];
  readonly direction: DrawingDirection;
  /** Services that the filter matches; null if there is no filter. */
  readonly matches: ReadonlySet<string> | null;
  readonly currentCall: string | null;
  readonly onService: (name: string) => void;
}

const ARROWS: readonly (EdgeState | 'event')[] = [
  'healthy',
  'idle',
  'failing',
  'over-retrying',
  'unused',
  'undeclared',
  'event',
];
/** Number of edges up to which each is a stop of the Tab key. Beyond it, readers use the table. */
const MAX_TAB_STOPS = 60;

/** Draws the graph. The layout changes only with the services and calls, not with their numbers. */
export function GraphCanvas({ graph, groups, direction, matches, currentCall, onService }: GraphCanvasProps) {
  const box = useRef<HTMLElement>(null);
  const layer = useRef<SVGGElement>(null);
  const parts = drawingParts(graph, groups);
  const key = partsKey(parts);
  const layout = useMemo(() => layOut(parts, direction), [key, direction]);
  const { isFar, zoomIn, zoomOut, showAll, onKeyDown } = useViewport(box, layer, layout);
  const openService = useCallback((name: string) => onService(name), [onService]);
  const hasTabStops = groups.length <= MAX_TAB_STOPS;
  const isNear = useMemo(() => nearTo(groups, graph, matches), [key, matches]);
  const sizes = useMemo(() => new Map(parts.nodes.map((node) => [node.id, node])), [key]);
  return (
    <div class="canvas-frame">
      <section
        class="canvas"
        ref={box}
        tabindex={0}
        aria-label="Drawing of the graph. Zoom with + and -, move with the arrow keys, fit with 0. The table below has the same data."
        onKeyDown={onKeyDown}
      >
        <svg class={isFar ? 'graph far' : 'graph'}>
          <title>Service graph</title>
          <defs>
            {ARROWS.map((state) => (
              <marker
                key={state}
                id={`arrow-${state}`}
                class={`arrow ${state}`}
                viewBox="0 0 10 10"
                refX="9"
                refY="5"
                markerWidth="9"
                markerHeight="9"
                markerUnits="userSpaceOnUse"
                orient="auto-start-reverse"
              >
                <path d="M1 1.5 9 5 1 8.5z" />
              </marker>
            ))}
          </defs>
          <g ref={layer}>
            {graph.topics.flatMap(({ name, publishers, consumers }) =>
              [
                ...publishers.map(
                  (service) => [`${service}->${topicNodeId(name)}`, 'publishes', service] as const,
                ),
                ...consumers.map(
                  (service) => [`${topicNodeId(name)}->${service}`, 'consumes', service] as const,
                ),
              ].map(([id, text, service]) => {
                const place = layout.edges.get(id);
                if (!place) return null;
                const { path, label } = place;
                const isDim = matches !== null && !matches.has(service);
                return (
                  <TopicEdge
                    key={id}
                    path={path}
                    labelX={label.x}
                    labelY={label.y}
                    text={isFar ? '' : text}
                    isDim={isDim}
                  />
                );
              }),
            )}
            {groups.map((group) => {
              const place = layout.edges.get(group.id);
              if (!place) return null;
              const { traffic, latency, warning } = isFar ? NO_LABEL : edgeLabel(group);
              const call = group.calls.find((one) => callState(one) === group.state) ?? group.calls[0];
              return (
                <GraphEdge
                  key={group.id}
                  href={formatRoute({ view: 'graph', callId: call?.id ?? null, field: null })}
                  state={group.state}
                  path={place.path}
                  labelX={place.label.x}
                  labelY={place.label.y}
                  traffic={traffic}
                  latency={latency}
                  warning={warning}
                  description={edgeDescription(group)}
                  width={lineWidth(group)}
                  isDim={matches !== null && !matches.has(group.caller) && !matches.has(group.callee)}
                  isCurrent={group.calls.some(({ id }) => id === currentCall)}
                  hasTabStop={hasTabStops}
                />
              );
            })}
            {graph.services.map((service) => {
              const place = layout.nodes.get(service.name);
              const size = sizes.get(service.name);
              if (!place || !size) return null;
              return (
                <GraphNode
                  key={service.name}
                  name={service.name}
                  kind="service"
                  x={place.x}
                  y={place.y}
                  width={size.width}
                  height={size.height}
                  detail={serviceDetail(service)}
                  hasStore={service.hasStore}
                  isEdge={service.isEdge}
                  isDeclared={service.declared}
                  isDim={!isNear(service.name)}
                  hasTabStop={hasTabStops}
                  onOpen={openService}
                />
              );
            })}
            {graph.topics.map(({ name }) => {
              const id = topicNodeId(name);
              const place = layout.nodes.get(id);
              const size = sizes.get(id);
              if (!place || !size) return null;
              return (
                <GraphNode
                  key={id}
                  name={name}
                  kind="topic"
                  x={place.x}
                  y={place.y}
                  width={size.width}
                  height={size.height}
                  detail=""
                  hasStore={false}
                  isEdge={false}
                  isDeclared
                  isDim={!isNear(id)}
                  hasTabStop={hasTabStops}
                  onOpen={openService}
                />
              );
            })}
          </g>
        </svg>
      </section>
      <div class="canvas-buttons">
        <button type="button" class="icon-button" onClick={zoomIn} aria-label="Zoom in" title="Zoom in (+)">
          <Icon name="plus" />
        </button>
        <button
          type="button"
          class="icon-button"
          onClick={zoomOut}
          aria-label="Zoom out"
          title="Zoom out (-)"
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          class="icon-button"
          onClick={showAll}
          aria-label="Show all"
          title="Show all (0)"
        >
          <Icon name="fit" />
        </button>
      </div>
    </div>
  );
}

const NO_LABEL = { traffic: '', latency: '', warning: '' } as const;

/** Returns a function that tells whether a node is a match of the filter, or next to one. */
function nearTo(
  groups: readonly CallGroup[],
  { topics }: GraphView,
  matches: ReadonlySet<string> | null,
): (id: string) => boolean {
  if (matches === null) return () => true;
  const near = new Set(matches);
  for (const { caller, callee } of groups) {
    if (matches.has(caller)) near.add(callee);
    if (matches.has(callee)) near.add(caller);
  }
  for (const { name, publishers, consumers } of topics)
    if ([...publishers, ...consumers].some((service) => matches.has(service))) near.add(topicNodeId(name));
  return (id) => near.has(id);
}

/** Returns the width of the line: it grows with the failed share, and slowly with the rate. */
function lineWidth({ state, errorRatio, ratePerSecond }: CallGroup): number {
  if (state === 'failing') return Number((3 + Math.min(errorRatio * 8, 3)).toFixed(1));
  return Number((1.5 + Math.min(Math.log10(1 + ratePerSecond) / 2, 1.5)).toFixed(1));
}
