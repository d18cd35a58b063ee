import type { DrawingPoint } from './drawing.ts';

interface GestureActions {
  readonly onPan: (x: number, y: number) => void;
  /** @param center in CSS pixels from the top left corner of the element */
  readonly onZoom: (factor: number, center: DrawingPoint) => void;
}

/** Distance in CSS pixels from which on a press is a drag and not a click. */
const MIN_DRAG = 4;
const WHEEL_SPEED = 0.0022;

/**
 * Turns drags, pinches and the wheel with Ctrl or Meta into movements. The plain wheel scrolls the page. Returns a
 * function that ends this.
 */
export function listenToGestures(node: HTMLElement, { onPan, onZoom }: GestureActions): () => void {
  const pointers = new Map<number, DrawingPoint>();
  const controller = new AbortController();
  const { signal } = controller;
  let distance = 0;
  const toLocal = ({ x, y }: DrawingPoint): DrawingPoint => {
    const box = node.getBoundingClientRect();
    return { x: x - box.x, y: y - box.y };
  };
  node.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onZoom(Math.exp(-event.deltaY * WHEEL_SPEED), toLocal({ x: event.clientX, y: event.clientY }));
    },
    { passive: false, signal },
  );
  node.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      distance = 0;
    },
    { signal },
  );
  node.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      pointers.set(event.pointerId, now);
      distance += Math.hypot(now.x - before.x, now.y - before.y);
      if (distance < MIN_DRAG) return;
      // The capture starts with the drag: a captured click would not reach the edge below it.
      if (!node.hasPointerCapture(event.pointerId)) node.setPointerCapture(event.pointerId);
      if (other) {
        const spread = (point: DrawingPoint) => Math.hypot(point.x - other.x, point.y - other.y);
        onZoom(
          spread(now) / Math.max(1, spread(before)),
          toLocal({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }),
        );
      } else onPan(now.x - before.x, now.y - before.y);
    },
    { signal },
  );
  const end = (event: PointerEvent) => pointers.delete(event.pointerId);
  node.addEventListener('pointerup', end, { signal });
  node.addEventListener('pointercancel', end, { signal });
  node.addEventListener('lostpointercapture', end, { signal });
  node.addEventListener('pointerleave', end, { signal });
  node.addEventListener(
    'click',
    (event) => {
      if (distance < MIN_DRAG) return;
      event.preventDefault();
      event.stopPropagation();
      distance = 0;
    },
    { capture: true, signal },
  );
  return () => controller.abort();
}
