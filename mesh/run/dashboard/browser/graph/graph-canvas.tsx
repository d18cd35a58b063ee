import { useMemo, useRef } from 'preact/hooks';
import type { GraphView } from '../../api/views.ts';
import { Icon } from '../controls/icon.tsx';
import { ArrowMarkers } from './arrow-markers.tsx';
import type { CallGroup } from './call-groups.ts';
import { type DrawingDirection, drawingParts, partsKey } from './drawing.ts';
import { EdgeLayer, TopicEdgeLayer } from './edge-layer.tsx';
import { layOut } from './lay-out.ts';
import { NodeLayer } from './node-layer.tsx';
import { useViewport } from './use-viewport.ts';

interface GraphCanvasProps {
  readonly graph: GraphView;
  readonly groups: readonly CallGroup[];
  readonly direction: DrawingDirection;
  /** Services that the filter matches; null if there is no filter. */
  readonly matches: ReadonlySet<string> | null;
  readonly currentCall: string | null;
  /** Called when the reader activates a service or a topic. */
  readonly onOpen: (name: string) => void;
}

/**
 * Number of edges up to which each has a label and is a stop of the Tab key. Beyond it, labels would overlap, and the
 * table is faster to use with the keyboard.
 */
const MAX_LABELED_EDGES = 60;

/** Draws the graph. The layout changes only with the services and calls, not with their numbers. */
export function GraphCanvas({ graph, groups, direction, matches, currentCall, onOpen }: GraphCanvasProps) {
  const box = useRef<HTMLElement>(null);
  const layer = useRef<SVGGElement>(null);
  const parts = drawingParts(graph, groups, direction);
  const key = partsKey(parts);
  const layout = useMemo(() => layOut(parts, direction), [key, direction]);
  const boxes = useMemo(() => new Map(parts.nodes.map((node) => [node.id, node])), [key]);
  const { detail, zoomIn, zoomOut, showAll, onKeyDown } = useViewport(box, layer, layout);
  const isCrowded = groups.length > MAX_LABELED_EDGES;
  const isFar = detail !== 'labels';
  const isCompact = direction === 'TB';
  const common = { graph, groups, layout, matches, isFar, isCrowded, isCompact, hasTabStops: !isCrowded };
  return (
    <div class="canvas-frame">
      <section
        class="canvas"
        ref={box}
        tabindex={0}
        aria-label="Drawing of the graph. Zoom with + and -, move with the arrow keys, show all with 0. The table below has the same data."
        onKeyDown={onKeyDown}
      >
        <svg class={`graph with-${detail}`}>
          <title>Service graph</title>
          <ArrowMarkers />
          <g ref={layer}>
            <TopicEdgeLayer {...common} />
            <EdgeLayer {...common} currentCall={currentCall} />
            <NodeLayer {...common} boxes={boxes} onOpen={onOpen} />
          </g>
        </svg>
      </section>
      <div class="canvas-buttons">
        <CanvasButton icon="plus" text="Zoom in" keys="+" onClick={zoomIn} />
        <CanvasButton icon="minus" text="Zoom out" keys="-" onClick={zoomOut} />
        <CanvasButton icon="fit" text="Show all" keys="0" onClick={showAll} />
      </div>
    </div>
  );
}

interface CanvasButtonProps {
  readonly icon: 'plus' | 'minus' | 'fit';
  readonly text: string;
  readonly keys: string;
  readonly onClick: () => void;
}

function CanvasButton({ icon, text, keys, onClick }: CanvasButtonProps) {
  return (
    <button type="button" class="icon-button" onClick={onClick} aria-label={text} title={`${text} (${keys})`}>
      <Icon name={icon} />
    </button>
  );
}
