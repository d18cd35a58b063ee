import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { listenToGestures } from './pointer-gestures.ts';
import { type BoxSize, centerViewport, type DrawingViewport, fitViewport, zoomViewport } from './viewport.ts';

/** Scale below which labels of edges cannot be read. */
const MIN_LABEL_SCALE = 0.5;
/** Scale below which names of services cannot be read. */
const MIN_NAME_SCALE = 0.25;

/** Texts that can be read at the current scale: all, only names, or none. */
export type DrawingDetail = 'labels' | 'names' | 'none';

function detailAt(scale: number): DrawingDetail {
  if (scale >= MIN_LABEL_SCALE) return 'labels';
  return scale >= MIN_NAME_SCALE ? 'names' : 'none';
}
const KEY_STEP = 60;
const ZOOM_STEP = 1.3;

interface ViewportControls {
  readonly detail: DrawingDetail;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly showAll: () => void;
  readonly center: (x: number, y: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/**
 * Moves and zooms a drawing inside of a box. Writes the transformation to the layer directly, because rendering the
 * drawing for each movement would be slow.
 */
export function useViewport(
  box: RefObject<HTMLElement | null>,
  layer: RefObject<SVGGElement | null>,
  drawing: BoxSize,
): ViewportControls {
  const viewport = useRef<DrawingViewport>({ x: 0, y: 0, scale: 1 });
  const isFitted = useRef(true);
  const [detail, setDetail] = useState<DrawingDetail>('labels');
  const apply = useCallback(
    (next: DrawingViewport) => {
      viewport.current = next;
      layer.current?.setAttribute('transform', `translate(${next.x} ${next.y}) scale(${next.scale})`);
      setDetail(detailAt(next.scale));
    },
    [layer],
  );
  const sizeOf = () => ({ width: box.current?.clientWidth ?? 0, height: box.current?.clientHeight ?? 0 });
  const showAll = useCallback(() => {
    isFitted.current = true;
    apply(fitViewport(drawing, sizeOf()));
  }, [drawing.width, drawing.height]);
  const zoom = (factor: number) => {
    isFitted.current = false;
    const { width, height } = sizeOf();
    apply(zoomViewport(viewport.current, factor, { x: width / 2, y: height / 2 }));
  };
  const pan = (x: number, y: number) => {
    isFitted.current = false;
    const { x: oldX, y: oldY, scale } = viewport.current;
    apply({ x: oldX + x, y: oldY + y, scale });
  };
  useLayoutEffect(() => {
    if (isFitted.current) showAll();
  }, [showAll]);
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const observer = new ResizeObserver(() => isFitted.current && showAll());
    observer.observe(node);
    return () => observer.disconnect();
  }, [showAll]);
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    return listenToGestures(node, {
      onPan: pan,
      onZoom: (factor, center) => {
        isFitted.current = false;
        apply(zoomViewport(viewport.current, factor, center));
      },
    });
  }, []);
  const moves: Readonly<Record<string, () => void>> = {
    '+': () => zoom(ZOOM_STEP),
    '=': () => zoom(ZOOM_STEP),
    '-': () => zoom(1 / ZOOM_STEP),
    0: showAll,
    ArrowLeft: () => pan(KEY_STEP, 0),
    ArrowRight: () => pan(-KEY_STEP, 0),
    ArrowUp: () => pan(0, KEY_STEP),
    ArrowDown: () => pan(0, -KEY_STEP),
  };
  return {
    detail,
    zoomIn: () => zoom(ZOOM_STEP),
    zoomOut: () => zoom(1 / ZOOM_STEP),
    showAll,
    center: (x, y) => {
      isFitted.current = false;
      apply(centerViewport(viewport.current, { x, y }, sizeOf()));
    },
    onKeyDown: (event) => {
      const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
      if (!move) return;
      event.preventDefault();
      move();
    },
  };
}
