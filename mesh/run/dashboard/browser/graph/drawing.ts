import type { GraphView } from '../../api/views.ts';
import type { CallGroup } from './call-groups.ts';

/** Direction of the calls in the drawing: from the left to the right, or from the top to the bottom. */
export type DrawingDirection = 'LR' | 'TB';

/** A node or an edge to place. Lengths are in units of the drawing. */
export interface NodeBox {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface EdgeEnds {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** What is drawn, without positions. */
export interface DrawingParts {
  readonly nodes: readonly NodeBox[];
  readonly edges: readonly EdgeEnds[];
}

export interface DrawingPoint {
  readonly x: number;
  readonly y: number;
}

/** Where everything is drawn. Positions of nodes are their centers. */
export interface DrawingLayout {
  readonly nodes: ReadonlyMap<string, DrawingPoint>;
  readonly edges: ReadonlyMap<string, { readonly path: string; readonly label: DrawingPoint }>;
  readonly width: number;
  readonly height: number;
}

export const NODE_WIDTH = 156;
export const NODE_HEIGHT = 50;
const TOPIC_HEIGHT = 36;
/** Width of a character of a name, on average. */
const CHARACTER_WIDTH = 7.6;

/** Returns the id of the node of a topic, which no service has. */
export function topicNodeId(topic: string): string {
  return `topic:${topic}`;
}

/** Returns the nodes and edges of a graph. Calls of a service to itself have no edge. */
export function drawingParts(
  { services, topics }: Pick<GraphView, 'services' | 'topics'>,
  groups: readonly CallGroup[],
): DrawingParts {
  const names = new Set(services.map(({ name }) => name));
  const nodes = [
    ...services.map(({ name }) => ({ id: name, width: widthOf(name), height: NODE_HEIGHT })),
    ...topics.map(({ name }) => ({ id: topicNodeId(name), width: widthOf(name), height: TOPIC_HEIGHT })),
  ];
  const calls = groups.map(({ id, caller, callee }) => ({ id, from: caller, to: callee }));
  const events = topics.flatMap(({ name, publishers, consumers }) => [
    ...publishers.map((service) => ({
      id: `${service}->${topicNodeId(name)}`,
      from: service,
      to: topicNodeId(name),
    })),
    ...consumers.map((service) => ({
      id: `${topicNodeId(name)}->${service}`,
      from: topicNodeId(name),
      to: service,
    })),
  ]);
  const isNode = (id: string) => names.has(id) || id.startsWith('topic:');
  const edges = [...calls, ...events].filter(({ from, to }) => from !== to && isNode(from) && isNode(to));
  return { nodes, edges };
}

/** Returns a text that changes only if a new layout is necessary. */
export function partsKey({ nodes, edges }: DrawingParts): string {
  return [...nodes.map(({ id }) => id), ...edges.map(({ id }) => id)].join('\n');
}

function widthOf(name: string): number {
  return Math.max(NODE_WIDTH, Math.round(name.length * CHARACTER_WIDTH) + 48);
}
