import type { GraphView } from '../../api/views.ts';
import type { CallGroup } from './call-groups.ts';
import { serviceDetail } from './service-detail.ts';

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

/** Nodes and edges of a drawing, without positions. */
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

interface NodeSizes {
  readonly minWidth: number;
  readonly height: number;
  readonly topicHeight: number;
  /** Width around the text, which may have icons. */
  readonly padding: number;
}

/** Drawings from the top to the bottom are for phones, so their nodes are as small as their text. */
const SIZES: Readonly<Record<DrawingDirection, NodeSizes>> = {
  LR: { minWidth: 156, height: 50, topicHeight: 36, padding: 48 },
  TB: { minWidth: 72, height: 40, topicHeight: 32, padding: 20 },
};
/** Widths of a character of a name and of a detail, on average. */
const NAME_CHARACTER_WIDTH = 7.8;
const DETAIL_CHARACTER_WIDTH = 6.3;

/** Returns the id of the node of a topic, which no service has. */
export function topicNodeId(topic: string): string {
  return `topic:${topic}`;
}

/** Returns the nodes and edges of a graph. Calls of a service to itself have no edge. */
export function drawingParts(
  { services, topics }: Pick<GraphView, 'services' | 'topics'>,
  groups: readonly CallGroup[],
  direction: DrawingDirection,
): DrawingParts {
  const { minWidth, height, topicHeight, padding } = SIZES[direction];
  const widthOf = (name: string, detail: string) => {
    const text = Math.max(name.length * NAME_CHARACTER_WIDTH, detail.length * DETAIL_CHARACTER_WIDTH);
    return Math.max(minWidth, Math.round(text) + padding);
  };
  const names = new Set(services.map(({ name }) => name));
  const nodes = [
    ...services.map((service) => ({
      id: service.name,
      width: widthOf(service.name, serviceDetail(service)),
      height,
    })),
    ...topics.map(({ name }) => ({
      id: topicNodeId(name),
      width: widthOf(name, ''),
      height: topicHeight,
    })),
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
  return [...nodes.map(({ id, width }) => `${id} ${width}`), ...edges.map(({ id }) => id)].join('\n');
}
