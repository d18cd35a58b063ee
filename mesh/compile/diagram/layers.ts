import type { DiagramEdge, DiagramGraph } from './diagram-graph.ts';

/** A layered drawing of a graph (Sugiyama), without coordinates. */
export interface Layers {
  /** Node ids by column, from left to right, and in each column from top to bottom. Excludes stores. */
  readonly columns: readonly (readonly string[])[];
  /** The nodes of each edge from its source to its target, including the dummy nodes in the columns between them. */
  readonly routes: ReadonlyMap<DiagramEdge, readonly string[]>;
}

type Link = readonly [from: string, to: string];

/** Number of passes over the columns that reduce crossings. */
const SWEEPS = 6;

/**
 * Assigns nodes to columns by the longest path to them, adds a dummy node in each column that an edge crosses, and
 * orders each column by the mean position of its neighbours to reduce crossings (barycenter heuristic).
 * @see Sugiyama, Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures (1981)
 */
export function layers({ nodes, edges }: DiagramGraph): Layers {
  const flow = edges.filter(({ kind }) => kind !== 'store');
  const ids = nodes.filter(({ kind }) => kind !== 'store').map(({ id }) => id);
  const depth = depths(ids, flow);
  const columns: string[][] = Array.from({ length: Math.max(0, ...depth.values()) + 1 }, () => []);
  for (const id of ids) columns[depth.get(id) ?? 0]?.push(id);
  const routes = new Map(flow.map((edge, index) => [edge, route(edge, index, depth, columns)]));
  const links = [...routes.values()].flatMap(pairs);
  const leftNeighbours = neighbours(links.map(([from, to]) => [to, from]));
  const rightNeighbours = neighbours(links);
  const places = new Map<string, number>();
  for (const column of columns) recordPositions(column, places);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    if (sweep % 2 === 0) for (const column of columns) sortColumn(column, places, leftNeighbours);
    else for (const column of columns.toReversed()) sortColumn(column, places, rightNeighbours);
  }
  return { columns, routes };
}

/** Returns the length of the longest path to each node. Edges that close a cycle are ignored. */
function depths(ids: readonly string[], edges: readonly DiagramEdge[]): ReadonlyMap<string, number> {
  const sources = Map.groupBy(edges, ({ to }) => to);
  const depth = new Map<string, number>();
  const path = new Set<string>();
  const visit = (id: string): number => {
    const cached = depth.get(id);
    if (cached !== undefined) return cached;
    if (path.has(id)) return -1;
    path.add(id);
    const length = 1 + Math.max(-1, ...(sources.get(id) ?? []).map(({ from }) => visit(from)));
    path.delete(id);
    depth.set(id, length);
    return length;
  };
  ids.forEach(visit);
  return depth;
}

/** Adds a dummy node to each column between the ends of an edge. A backward edge gets none. */
function route(
  { from, to }: DiagramEdge,
  index: number,
  depth: ReadonlyMap<string, number>,
  columns: readonly string[][],
): readonly string[] {
  const between = columns.slice((depth.get(from) ?? 0) + 1, Math.max(0, depth.get(to) ?? 0));
  const places = between.map((column, step) => {
    const place = `place-${index}-${step}`;
    column.push(place);
    return place;
  });
  return [from, ...places, to];
}

function pairs(route: readonly string[]): readonly Link[] {
  return route.slice(1).map((to, index) => [route[index] ?? '', to]);
}

function neighbours(links: readonly Link[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...Map.groupBy(links, ([id]) => id)].map(([id, links]) => [id, links.map(([, neighbour]) => neighbour)]),
  );
}

function sortColumn(
  column: string[],
  places: Map<string, number>,
  neighboursOf: ReadonlyMap<string, readonly string[]>,
): void {
  const mean = (id: string): number => {
    const positions = (neighboursOf.get(id) ?? [id]).map((neighbour) => places.get(neighbour) ?? 0);
    return positions.reduce((sum, position) => sum + position, 0) / positions.length;
  };
  const means = new Map(column.map((id) => [id, mean(id)]));
  column.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
  recordPositions(column, places);
}

/** Records the position of each node of a column, between 0 at the top and 1 at the bottom. */
function recordPositions(column: readonly string[], places: Map<string, number>): void {
  for (const [index, id] of column.entries()) places.set(id, (index + 1) / (column.length + 1));
}
