import type { DrawingPoint } from './drawing.ts';

/** The shown part of a drawing: a point of the drawing is at `point * scale + offset` of the box. */
export interface DrawingViewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface BoxSize {
  readonly width: number;
  readonly height: number;
}

export const MIN_SCALE = 0.04;
export const MAX_SCALE = 3;
/** A drawing that fits is not magnified beyond this. */
const MAX_FIT_SCALE = 1.15;

/** Returns the viewport that shows a whole drawing in the center of a box. */
export function fitViewport(drawing: BoxSize, box: BoxSize): DrawingViewport {
  const fit = Math.min(box.width / Math.max(1, drawing.width), box.height / Math.max(1, drawing.height));
  const scale = clampScale(Math.min(fit, MAX_FIT_SCALE));
  return {
    x: (box.width - drawing.width * scale) / 2,
    y: (box.height - drawing.height * scale) / 2,
    scale,
  };
}

/** Returns the viewport after a zoom by a factor around a point of the box, which keeps its place. */
export function zoomViewport(
  { x, y, scale }: DrawingViewport,
  factor: number,
  center: DrawingPoint,
): DrawingViewport {
  const next = clampScale(scale * factor);
  const ratio = next / scale;
  return { x: center.x - (center.x - x) * ratio, y: center.y - (center.y - y) * ratio, scale: next };
}

/** Returns the viewport with a point of the drawing in the center of the box. */
export function centerViewport(
  { scale }: DrawingViewport,
  { x, y }: DrawingPoint,
  box: BoxSize,
): DrawingViewport {
  return { x: box.width / 2 - x * scale, y: box.height / 2 - y * scale, scale };
}

function clampScale(scale: number): number {
  return Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale));
}
