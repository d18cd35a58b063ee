import type { DrawingPoint } from './drawing.ts';

/** Returns the path of a smooth line through points, which starts and ends straight. */
export function smoothPath(points: readonly DrawingPoint[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M${at(first)}`];
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    const before = points[index] ?? first;
    if (!next) parts.push(`L${at(point)}`);
    // Each inner point is the control point of a curve between the middles of its two segments.
    else parts.push(`L${at(middle(before, point))}Q${at(point)} ${at(middle(point, next))}`);
  }
  return parts.join('');
}

/** Returns the path of a curve between two points which leaves both along an axis. */
export function curvePath(from: DrawingPoint, to: DrawingPoint, isHorizontal: boolean): string {
  if (isHorizontal) {
    const bend = Math.max(40, Math.abs(to.x - from.x) / 2);
    return `M${at(from)}C${at({ x: from.x + bend, y: from.y })} ${at({ x: to.x - bend, y: to.y })} ${at(to)}`;
  }
  const bend = Math.max(40, Math.abs(to.y - from.y) / 2);
  return `M${at(from)}C${at({ x: from.x, y: from.y + bend })} ${at({ x: to.x, y: to.y - bend })} ${at(to)}`;
}

/** Returns the point in the middle of two. */
export function middle(a: DrawingPoint, b: DrawingPoint): DrawingPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function at({ x, y }: DrawingPoint): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
