import type { DiagramEdge, DiagramGraph } from './diagram-graph.ts';

/** Node ids by column, from left to right. Stores are not among them: each is drawn with its service. */
export type Columns = readonly (readonly string[])[];

/**
 * Puts every node right of all that lead to it (longest path, Sugiyama's first step), and orders each column by the
 * mean place of the neighbours on its left, then on its right (barycentre), so that few edges cross.
 */
export function columns({ nodes, edges }: DiagramGraph): Columns {
  const flow = edges.filter(({ kind }) => kind !== 'store');
  const placed = nodes.filter(({ kind }) => kind !== 'store').map(({ id }) => id);
  const depth = depths(placed, flow);
  const byDepth: string[][] = [];
  for (const id of placed) {
    const column = depth.get(id) ?? 0;
    byDepth[column] ??= [];
    byDepth[column].push(id);
  }
  const dense = Array.from(byDepth, (column) => column ?? []).filter((column) => column.length > 0);
  for (let sweep = 0; sweep < 4; sweep += 1) {
    const order = sweep % 2 === 0 ? dense : dense.toReversed();
    for (const column of order) sortColumn(column, dense, flow, sweep % 2 === 0);
  }
  return dense;
}

/** The number of steps on the longest way to each node. An edge that would close a circle is not followed. */
function depths(ids: readonly string[], edges: readonly DiagramEdge[]): ReadonlyMap<string, number> {
  const sources = new Map<string, string[]>();
  for (const { from, to } of edges) sources.set(to, [...(sources.get(to) ?? []), from]);
  const depth = new Map<string, number>();
  const open = new Set<string>();
  const visit = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return -1;
    open.add(id);
    const found = 1 + Math.max(-1, ...(sources.get(id) ?? []).map(visit));
    open.delete(id);
    depth.set(id, found);
    return found;
  };
  ids.forEach(visit);
  return depth;
}

function sortColumn(column: string[], all: Columns, edges: readonly DiagramEdge[], lookLeft: boolean): void {
  const place = new Map(
    all.flatMap((ids) => ids.map((id, index) => [id, (index + 1) / (ids.length + 1)] as const)),
  );
  const mean = new Map(
    column.map((id) => {
      const neighbours = edges.flatMap(({ from, to }) => {
        if (lookLeft) return to === id ? [from] : [];
        return from === id ? [to] : [];
      });
      const places = neighbours.map((neighbour) => place.get(neighbour) ?? 0.5);
      const own = place.get(id) ?? 0.5;
      return [id, places.length > 0 ? places.reduce((sum, at) => sum + at, 0) / places.length : own] as const;
    }),
  );
  column.sort((a, b) => (mean.get(a) ?? 0) - (mean.get(b) ?? 0));
}
