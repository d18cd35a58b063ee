import type { Platform } from '../../graph/platform.ts';
import { type DiagramEdge, type DiagramGraph, type DiagramNode, diagramGraph } from './diagram-graph.ts';
import { type Layers, layers } from './layers.ts';

/** Sizes, in CSS pixels as all lengths here. */
const NODE = { width: 132, height: 44 };
const STORE = { width: 92, height: 34, drop: 22 };
/** Height of a dummy node, through which an edge crosses a column. */
const PASSAGE = 10;
const GAP = { column: 76, row: 30 };
const MARGIN = 28;
const ARROW = 7;

const STYLE = `
  svg { color-scheme: light dark; --ink: #1f2933; --soft: #66788a; --line: #8595a6; --box: #ffffff; --edge: #2b6cb0;
    --topic: #fdf3e1; --topic-line: #c27803; --store: #edf2f7; --page: #f8fafc; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6edf3; --soft: #9fb0c0; --line: #6b7c8d; --box: #1c2733; --edge: #63a4e8;
      --topic: #33291a; --topic-line: #e0a33e; --store: #243240; --page: #10171f; }
  }
  .page { fill: var(--page); }
  text { font: 500 14px ui-sans-serif, system-ui, sans-serif; fill: var(--ink); text-anchor: middle; dominant-baseline: central; }
  .service rect { fill: var(--box); stroke: var(--edge); stroke-width: 1.5; }
  .outside rect { fill: none; stroke: var(--soft); stroke-width: 1.25; }
  .outside text { fill: var(--soft); }
  .topic rect { fill: var(--topic); stroke: var(--topic-line); stroke-width: 1.25; }
  .store path { fill: var(--store); stroke: var(--line); stroke-width: 1.25; }
  .store text { font-size: 12px; fill: var(--soft); }
  .call { fill: none; stroke: var(--edge); stroke-width: 1.5; }
  .event { fill: none; stroke: var(--topic-line); stroke-width: 1.5; stroke-dasharray: 5 4; }
  .owns { fill: none; stroke: var(--line); stroke-width: 1.25; }
  .call-head { fill: var(--edge); } .event-head { fill: var(--topic-line); }`;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Renders the graph as a standalone SVG image with its services, calls, topics and stores. Supports light and dark
 * mode.
 */
export function svg(platform: Platform): string {
  const graph = diagramGraph(platform);
  const { columns, routes } = layers(graph);
  const { centres, width, height } = coordinates(columns, graph);
  const lines = [...routes].map(([{ kind }, route]) =>
    line(
      kind,
      route.map((id) => centreOf(id, centres)),
    ),
  );
  const stores = graph.edges
    .filter(({ kind }) => kind === 'store')
    .map((edge) => store(edge, graph, centres));
  const boxes = graph.nodes.filter(({ kind }) => kind !== 'store').map((node) => box(node, centres));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Service graph of ${escapeText(platform.node.id)}</title>
<style>${STYLE}
</style>
<defs>${head('call')}${head('event')}</defs>
<rect class="page" width="${width}" height="${height}" rx="12"/>
${[...lines, ...stores, ...boxes].join('\n')}
</svg>
`;
}

function coordinates(columns: Layers['columns'], graph: DiagramGraph) {
  const nodes = new Set(graph.nodes.map(({ id }) => id));
  const owners = new Set(graph.edges.filter(({ kind }) => kind === 'store').map(({ from }) => from));
  const heightOf = (id: string) => {
    if (!nodes.has(id)) return PASSAGE;
    return NODE.height + (owners.has(id) ? STORE.drop + STORE.height : 0);
  };
  const total = (ids: readonly string[]) =>
    ids.reduce((sum, id) => sum + heightOf(id), 0) + GAP.row * Math.max(0, ids.length - 1);
  const innerHeight = Math.max(0, ...columns.map(total));
  const centres = new Map<string, Point>();
  for (const [column, ids] of columns.entries()) {
    const x = MARGIN + NODE.width / 2 + column * (NODE.width + GAP.column);
    let top = MARGIN + (innerHeight - total(ids)) / 2;
    for (const id of ids) {
      centres.set(id, { x, y: top + Math.min(heightOf(id), NODE.height) / 2 });
      top += heightOf(id) + GAP.row;
    }
  }
  const width = 2 * MARGIN + columns.length * NODE.width + Math.max(0, columns.length - 1) * GAP.column;
  return { centres, width, height: innerHeight + 2 * MARGIN };
}

function box({ id, kind, label }: DiagramNode, centres: ReadonlyMap<string, Point>): string {
  const { x, y } = centreOf(id, centres);
  const radius = { outside: 22, service: 8, topic: 3, store: 0 }[kind];
  return `<g class="${kind}"><rect x="${x - NODE.width / 2}" y="${y - NODE.height / 2}" width="${NODE.width}" height="${NODE.height}" rx="${radius}"/><text x="${x}" y="${y}">${escapeText(label)}</text></g>`;
}

/** Renders an edge as a curve that leaves to the right, arrives from the left, and is straight within a column. */
function line(kind: DiagramEdge['kind'], points: readonly Point[]): string {
  const half = NODE.width / 2;
  const parts = points.slice(1).map((end, index) => {
    const start = points[index] ?? end;
    const isLast = index === points.length - 2;
    const x1 = start.x + half;
    const x2 = end.x - half - (isLast ? ARROW : 0);
    const bend = Math.max(GAP.column / 2, (x2 - x1) / 2);
    const curve = `C${x1 + bend} ${start.y} ${x2 - bend} ${end.y} ${x2} ${end.y}`;
    return isLast ? curve : `${curve}H${end.x + half}`;
  });
  const [first] = points;
  const begin = first ? `M${first.x + half} ${first.y}` : '';
  return `<path class="${kind}" marker-end="url(#${kind}-head)" d="${begin}${parts.join('')}"/>`;
}

/** Renders a store as a cylinder below the service that owns it. */
function store({ from, to }: DiagramEdge, graph: DiagramGraph, centres: ReadonlyMap<string, Point>): string {
  const { x, y } = centreOf(from, centres);
  const top = y + NODE.height / 2 + STORE.drop;
  const left = x - STORE.width / 2;
  const lid = 5;
  const bottom = top + STORE.height;
  const label = graph.nodes.find(({ id }) => id === to)?.label ?? '';
  const body = `M${left} ${top + lid}v${STORE.height - 2 * lid}a${STORE.width / 2} ${lid} 0 0 0 ${STORE.width} 0v${2 * lid - STORE.height}`;
  const cover = `a${STORE.width / 2} ${lid} 0 0 0 ${-STORE.width} 0a${STORE.width / 2} ${lid} 0 0 0 ${STORE.width} 0`;
  return `<path class="owns" d="M${x} ${y + NODE.height / 2}V${top}"/><g class="store"><path d="${body}${cover}"/><text x="${x}" y="${(top + bottom) / 2 + lid / 2}">${escapeText(label)}</text></g>`;
}

function head(kind: 'call' | 'event'): string {
  return `<marker id="${kind}-head" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="${kind}-head" d="M0 0.5L8 4L0 7.5z"/></marker>`;
}

function centreOf(id: string, centres: ReadonlyMap<string, Point>): Point {
  const centre = centres.get(id);
  if (!centre) throw new Error(`the diagram has no node '${id}'`);
  return centre;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
