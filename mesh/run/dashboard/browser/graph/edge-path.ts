import type { DrawingDirection, DrawingPoint } from './drawing.ts';

/**
 * Returns the path of a smooth line through points, which passes each point in the direction of the drawing. Labels on
 * inner points are therefore crossed straight.
 */
export function smoothPath(points: readonly DrawingPoint[], direction: DrawingDirection): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const curves = rest.map((point, index) => curveTo(points[index] ?? first, point, direction));
  return `M${at(first)}${curves.join('')}`;
}

/** Returns the point in the middle of two. */
export function middle(a: DrawingPoint, b: DrawingPoint): DrawingPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function curveTo(from: DrawingPoint, to: DrawingPoint, direction: DrawingDirection): string {
  const { x, y } = middle(from, to);
  return direction === 'LR'
    ? `C${at({ x, y: from.y })} ${at({ x, y: to.y })} ${at(to)}`
    : `C${at({ x: from.x, y })} ${at({ x: to.x, y })} ${at(to)}`;
}

function at({ x, y }: DrawingPoint): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
