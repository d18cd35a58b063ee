import type { DrawingDirection, DrawingLayout, DrawingParts, DrawingPoint, NodeBox } from './drawing.ts';
import { middle, smoothPath } from './edge-path.ts';

const GAP = 14;
/** Distance between tiers, which has room for edges and their labels. */
const TIER_GAP = 210;
const MARGIN = 16;
/** Number of passes that move nodes closer to their neighbors. */
const PASSES = 6;

/**
 * Places the nodes of large graphs in milliseconds: in tiers by their longest path from an entry, each tier in the order
 * of the average position of its neighbors (barycenter heuristic of Sugiyama's method). Edges are single curves.
 */
export function tierLayout(parts: DrawingParts, direction: DrawingDirection): DrawingLayout {
  const { nodes, edges } = parts;
  const isHorizontal = direction === 'LR';
  const tiers = orderTiers(tiersOf(parts), parts);
  const depthOf = ({ width, height }: NodeBox) => (isHorizontal ? width : height);
  const breadthOf = ({ width, height }: NodeBox) => (isHorizontal ? height : width);
  const breadths = tiers.map((tier) => tier.reduce((sum, node) => sum + breadthOf(node) + GAP, -GAP));
  const breadth = Math.max(0, ...breadths) + 2 * MARGIN;
  const places = new Map<string, DrawingPoint>();
  let depth = MARGIN;
  for (const [index, tier] of tiers.entries()) {
    const tierDepth = Math.max(...tier.map(depthOf));
    let offset = (breadth - (breadths[index] ?? 0)) / 2;
    for (const node of tier) {
      const along = depth + tierDepth / 2;
      const across = offset + breadthOf(node) / 2;
      places.set(node.id, isHorizontal ? { x: along, y: across } : { x: across, y: along });
      offset += breadthOf(node) + GAP;
    }
    depth += tierDepth + (isHorizontal ? TIER_GAP : TIER_GAP / 2);
  }
  const boxes = new Map(nodes.map((node) => [node.id, node]));
  const end = (id: string, side: 1 | -1): DrawingPoint => {
    const { x, y } = places.get(id) ?? { x: 0, y: 0 };
    const box = boxes.get(id);
    const shift = ((box ? depthOf(box) : 0) / 2) * side;
    return isHorizontal ? { x: x + shift, y } : { x, y: y + shift };
  };
  const total = depth - (isHorizontal ? TIER_GAP : TIER_GAP / 2) + MARGIN;
  return {
    nodes: places,
    edges: new Map(
      edges.map(({ id, from, to }) => {
        const [start, target] = [end(from, 1), end(to, -1)];
        return [id, { path: smoothPath([start, target], direction), label: middle(start, target) }];
      }),
    ),
    width: isHorizontal ? total : breadth,
    height: isHorizontal ? breadth : total,
  };
}

/** Returns the nodes by tier. Edges that close a circle are ignored. */
function tiersOf({ nodes, edges }: DrawingParts): readonly (readonly NodeBox[])[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const states = new Map<string, 'open' | 'complete'>();
  const order: string[] = [];
  const forward = new Map<string, string[]>();
  const visit = (id: string): void => {
    states.set(id, 'open');
    for (const target of targets.get(id) ?? []) {
      if (states.get(target) === 'open') continue;
      forward.set(id, [...(forward.get(id) ?? []), target]);
      if (!states.has(target)) visit(target);
    }
    states.set(id, 'complete');
    order.push(id);
  };
  const entered = new Set(edges.map(({ to }) => to));
  for (const { id } of nodes) if (!entered.has(id)) visit(id);
  for (const { id } of nodes) if (!states.has(id)) visit(id);
  const depths = new Map<string, number>();
  for (const id of order.reverse())
    for (const target of forward.get(id) ?? [])
      depths.set(target, Math.max(depths.get(target) ?? 0, (depths.get(id) ?? 0) + 1));
  const tiers: NodeBox[][] = [];
  for (const node of nodes) {
    const depth = depths.get(node.id) ?? 0;
    while (tiers.length <= depth) tiers.push([]);
    tiers[depth]?.push(node);
  }
  return tiers.filter((tier) => tier.length > 0);
}

function orderTiers(
  tiers: readonly (readonly NodeBox[])[],
  { edges }: DrawingParts,
): readonly (readonly NodeBox[])[] {
  const neighbors = new Map<string, string[]>();
  for (const { from, to } of edges) {
    neighbors.set(from, [...(neighbors.get(from) ?? []), to]);
    neighbors.set(to, [...(neighbors.get(to) ?? []), from]);
  }
  let result = tiers;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const positions = new Map(
      result.flatMap((tier) => tier.map(({ id }, index) => [id, index / tier.length] as const)),
    );
    const center = (id: string) => {
      const around = neighbors.get(id) ?? [];
      const sum = around.reduce((total, one) => total + (positions.get(one) ?? 0), 0);
      return around.length ? sum / around.length : (positions.get(id) ?? 0);
    };
    result = result.map((tier) => {
      const centers = new Map(tier.map(({ id }) => [id, center(id)]));
      return [...tier].sort((a, b) => (centers.get(a.id) ?? 0) - (centers.get(b.id) ?? 0));
    });
  }
  return result;
}
