import { Graph, layout } from '@dagrejs/dagre';
import type { DrawingDirection, DrawingLayout, DrawingParts, DrawingPoint, NodeBox } from './drawing.ts';
import { smoothPath } from './edge-path.ts';

/** Size that an edge has for its label, whose text changes with every update. */
const LABELS = { LR: { width: 150, height: 56 }, TB: { width: 80, height: 44 } } as const;
const TOPIC_LABEL = { width: 56, height: 18 } as const;
const MARGIN = 16;

/** Places nodes with dagre, which takes about a second for 60 nodes and 150 edges. Keeps room for labels of edges. */
export function dagreLayout({ nodes, edges }: DrawingParts, direction: DrawingDirection): DrawingLayout {
  const graph = new Graph<object, { x: number; y: number }, { points: DrawingPoint[]; x: number; y: number }>(
    {
      multigraph: true,
    },
  );
  graph.setGraph({
    rankdir: direction,
    nodesep: direction === 'LR' ? 18 : 12,
    edgesep: direction === 'LR' ? 14 : 8,
    ranksep: direction === 'LR' ? 62 : 22,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height } as never);
  for (const { id, from, to } of edges) {
    const label = id.includes('topic:') ? TOPIC_LABEL : LABELS[direction];
    graph.setEdge(from, to, { ...label, labelpos: 'c' } as never, id);
  }
  layout(graph);
  const boxes = new Map(nodes.map((node) => [node.id, { ...node, ...graph.node(node.id) }]));
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    nodes: new Map([...boxes].map(([id, { x, y }]) => [id, { x, y }])),
    edges: new Map(
      edges.map(({ id, from, to }) => {
        const { points, x, y } = graph.edge(from, to, id);
        const [start, end] = [boxes.get(from), boxes.get(to)];
        const path = start && end ? attach(points, start, end, direction) : points;
        return [id, { path: smoothPath(path, direction), label: { x, y } }];
      }),
    ),
    width,
    height,
  };
}

type PlacedBox = NodeBox & DrawingPoint;

/**
 * Moves the ends of a line to the middle of the sides that face each other. dagre ends lines where they cross the border,
 * which may be below another node.
 */
function attach(
  points: readonly DrawingPoint[],
  start: PlacedBox,
  end: PlacedBox,
  direction: DrawingDirection,
): readonly DrawingPoint[] {
  const isForward = direction === 'LR' ? start.x < end.x : start.y < end.y;
  if (!isForward) return points;
  const side = ({ x, y, width, height }: PlacedBox, sign: 1 | -1) =>
    direction === 'LR' ? { x: x + (sign * width) / 2, y } : { x, y: y + (sign * height) / 2 };
  return [side(start, 1), ...points.slice(1, -1), side(end, -1)];
}
