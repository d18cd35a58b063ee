import type { GraphView } from '../../api/views.ts';
import type { CallGroup } from './call-groups.ts';
import { type DrawingLayout, type NodeBox, topicNodeId } from './drawing.ts';
import { GraphNode } from './graph-node.tsx';
import { serviceDetail } from './service-detail.ts';

interface NodeLayerProps {
  readonly graph: GraphView;
  readonly groups: readonly CallGroup[];
  readonly layout: DrawingLayout;
  readonly boxes: ReadonlyMap<string, NodeBox>;
  readonly matches: ReadonlySet<string> | null;
  readonly hasTabStops: boolean;
  /** Whether nodes have no icons. */
  readonly isCompact: boolean;
  readonly onOpen: (name: string) => void;
}

/** Draws the services and topics. A filter dims those that are neither a match nor next to one. */
export function NodeLayer(props: NodeLayerProps) {
  const { graph, groups, layout, boxes, matches, hasTabStops, isCompact, onOpen } = props;
  const near = matches && namesNear(groups, graph, matches);
  const nodes = [
    ...graph.services.map((service) => ({
      id: service.name,
      name: service.name,
      kind: 'service' as const,
      detail: serviceDetail(service),
      hasStore: service.hasStore,
      isEdge: service.isEdge,
      isDeclared: service.declared,
    })),
    ...graph.topics.map(({ name }) => ({
      id: topicNodeId(name),
      name,
      kind: 'topic' as const,
      detail: '',
      hasStore: false,
      isEdge: false,
      isDeclared: true,
    })),
  ];
  return (
    <>
      {nodes.map(({ id, ...node }) => {
        const place = layout.nodes.get(id);
        const box = boxes.get(id);
        if (!place || !box) return null;
        return (
          <GraphNode
            key={id}
            {...node}
            x={place.x}
            y={place.y}
            width={box.width}
            height={box.height}
            isDim={near !== null && !near.has(id)}
            isCompact={isCompact}
            hasTabStop={hasTabStops}
            onOpen={onOpen}
          />
        );
      })}
    </>
  );
}

/** Returns the ids of the nodes that are a match of the filter, or next to one. */
function namesNear(
  groups: readonly CallGroup[],
  { topics }: GraphView,
  matches: ReadonlySet<string>,
): ReadonlySet<string> {
  const near = new Set(matches);
  for (const { caller, callee } of groups) {
    if (matches.has(caller)) near.add(callee);
    if (matches.has(callee)) near.add(caller);
  }
  for (const { name, publishers, consumers } of topics)
    if ([...publishers, ...consumers].some((service) => matches.has(service))) near.add(topicNodeId(name));
  return near;
}
