import { Graph, layout } from '@dagrejs/dagre';
import type { DrawingDirection, DrawingLayout, DrawingParts, DrawingPoint } from './drawing.ts';
import { middle, smoothPath } from './edge-path.ts';

/** Size that an edge has for its label, whose text changes with every update. */
const LABEL = { width: 150, height: 46, labelpos: 'c' } as const;
const TOPIC_LABEL = { width: 56, height: 18, labelpos: 'c' } as const;
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
    nodesep: direction === 'LR' ? 18 : 24,
    edgesep: 14,
    ranksep: direction === 'LR' ? 26 : 18,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height } as never);
  for (const { id, from, to } of edges) {
    const label = id.includes('topic:') ? TOPIC_LABEL : LABEL;
    graph.setEdge(from, to, { ...label } as never, id);
  }
  layout(graph);
  const places = new Map(edges.map((edge) => [edge.id, graph.edge(edge.from, edge.to, edge.id)] as const));
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    nodes: new Map(nodes.map(({ id }) => [id, pointOf(graph.node(id))])),
    edges: new Map(
      [...places].map(([id, { points, x, y }]) => [
        id,
        {
          path: smoothPath(points),
          label: Number.isFinite(x) ? { x, y } : middleOf(points),
        },
      ]),
    ),
    width,
    height,
  };
}

function pointOf({ x, y }: DrawingPoint): DrawingPoint {
  return { x, y };
}

function middleOf(points: readonly DrawingPoint[]): DrawingPoint {
  const half = Math.floor(points.length / 2);
  const [a, b] = [points[half - 1] ?? points[0], points[half] ?? points[0]];
  return a && b ? middle(a, b) : { x: 0, y: 0 };
}
