import { dagreLayout } from './dagre-layout.ts';
import type { DrawingDirection, DrawingLayout, DrawingParts } from './drawing.ts';
import { tierLayout } from './tier-layout.ts';

/** Sizes up to which dagre is fast enough for the main thread. It takes 10 s for 300 nodes and 700 edges. */
const MAX_DAGRE_NODES = 36;
const MAX_DAGRE_EDGES = 90;

/** Places the parts of a drawing. */
export function layOut(parts: DrawingParts, direction: DrawingDirection): DrawingLayout {
  const isSmall = parts.nodes.length <= MAX_DAGRE_NODES && parts.edges.length <= MAX_DAGRE_EDGES;
  return isSmall ? dagreLayout(parts, direction) : tierLayout(parts, direction);
}
