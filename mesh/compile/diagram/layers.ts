import type { DiagramEdge, DiagramGraph } from './diagram-graph.ts';

/** A layered drawing of a graph, without coordinates. */
export interface Layers {
  /** Ids from left to right, each column from top to bottom. Stores are not among them. */
  readonly columns: readonly (readonly string[])[];
  /** What each edge passes, from its source to its target: also places that are kept free for it. */
  readonly routes: ReadonlyMap<DiagramEdge, readonly string[]>;
}

type Link = readonly [from: string, to: string];

const SWEEPS = 6;

/**
 * Puts every node right of all that lead to it (longest path), keeps a place free in each column that an edge
 * passes, and orders each column by the mean place of its neighbours, so that few edges cross.
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
  const left = neighbours(links.map(([from, to]) => [to, from]));
  const right = neighbours(links);
  const places = new Map<string, number>();
  for (const column of columns) takePlaces(column, places);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    if (sweep % 2 === 0) for (const column of columns) sortColumn(column, places, left);
    else for (const column of columns.toReversed()) sortColumn(column, places, right);
  }
  return { columns, routes };
}

/** The number of steps on the longest way to each node. An edge that would close a circle is not followed. */
function depths(ids: readonly string[], edges: readonly DiagramEdge[]): ReadonlyMap<string, number> {
  const sources = Map.groupBy(edges, ({ to }) => to);
  const depth = new Map<string, number>();
  const open = new Set<string>();
  const visit = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return -1;
    open.add(id);
    const found = 1 + Math.max(-1, ...(sources.get(id) ?? []).map(({ from }) => visit(from)));
    open.delete(id);
    depth.set(id, found);
    return found;
  };
  ids.forEach(visit);
  return depth;
}

/** Adds a free place to each column between the ends of an edge; none for an edge that leads back. */
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
    [...Map.groupBy(links, ([id]) => id)].map(([id, found]) => [id, found.map(([, other]) => other)]),
  );
}

function sortColumn(
  column: string[],
  places: Map<string, number>,
  neighboursOf: ReadonlyMap<string, readonly string[]>,
): void {
  const mean = (id: string): number => {
    const near = (neighboursOf.get(id) ?? [id]).map((neighbour) => places.get(neighbour) ?? 0);
    return near.reduce((sum, at) => sum + at, 0) / near.length;
  };
  const means = new Map(column.map((id) => [id, mean(id)]));
  column.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
  takePlaces(column, places);
}

/** Notes where each node of a column lies, from 0 at the top to 1 at the bottom. */
function takePlaces(column: readonly string[], places: Map<string, number>): void {
  for (const [index, id] of column.entries()) places.set(id, (index + 1) / (column.length + 1));
}
