import uPlot from 'uplot';
import { colorOf } from './colors.ts';
import type { TimeSpan } from './page-state.ts';

export type Plot = uPlot;
export type PlotOptions = uPlot.Options;

const HEIGHT = 190;
/** Width of a selection that is not a click, in CSS pixels. */
const MIN_SELECTION_WIDTH = 5;
const DAY_SECONDS = 86_400;
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const FONT = '11.5px ui-sans-serif, system-ui, "Segoe UI", sans-serif';

export interface FrameOptions {
  readonly parent: HTMLElement;
  readonly span: TimeSpan;
  readonly series: PlotOptions['series'];
  readonly bands?: PlotOptions['bands'];
  readonly data: uPlot.AlignedData;
  /** Returns the range of the vertical axis. */
  readonly range: (min: number, max: number) => [number, number];
  /** Formats the labels of the vertical axis. */
  readonly formatTicks: (values: readonly number[]) => readonly string[];
  /** Distances between labels of the vertical axis. @default round decimal numbers */
  readonly increments?: readonly number[];
  /** Values of the labels of the vertical axis. @default chosen by uPlot */
  readonly ticks?: readonly number[];
  /** Draws on the canvas, above the series. */
  readonly draw: (plot: Plot) => void;
  readonly onCursor: (plot: Plot) => void;
  /** Called when the reader has selected a part of the time. */
  readonly onSelect: (span: TimeSpan) => void;
}

/** Creates a chart over time. The charts of a page share their cursor. */
export function createPlot(options: FrameOptions): Plot {
  const {
    parent,
    span,
    series,
    bands,
    data,
    range,
    formatTicks,
    ticks,
    increments,
    draw,
    onCursor,
    onSelect,
  } = options;
  const axis = {
    stroke: colorOf('soft'),
    font: FONT,
    grid: { stroke: colorOf('line'), width: 1 },
    ticks: { show: false },
  };
  return new uPlot(
    {
      width: Math.max(parent.clientWidth, 240),
      height: HEIGHT,
      padding: [8, 20, 0, 0],
      series,
      ...(bands && { bands }),
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [span.start, span.end] },
        y: { range: (_, min, max) => range(min, max) },
      },
      axes: [
        { ...axis, space: 60, size: 26, values: (_, times) => times.map((time) => formatTime(time, span)) },
        {
          ...axis,
          size: 66,
          space: 26,
          values: (_, values) => [...formatTicks(values)],
          ...(ticks && { splits: () => [...ticks] }),
          ...(increments && { incrs: [...increments] }),
        },
      ],
      cursor: {
        sync: { key: 'weft', setSeries: false },
        points: { size: 6 },
        drag: { x: true, y: false, setScale: false },
        y: false,
      },
      hooks: {
        draw: [draw],
        setCursor: [onCursor],
        setSelect: [
          (plot) => {
            const { select } = plot;
            if (select.width < MIN_SELECTION_WIDTH) return;
            onSelect({
              start: Math.floor(plot.posToVal(select.left, 'x')),
              end: Math.ceil(plot.posToVal(select.left + select.width, 'x')),
            });
          },
        ],
      },
    },
    data,
    parent,
  );
}

/** Formats a label of the time axis: the time of day, and the date if the chart shows several days. */
function formatTime(time: number, { start, end }: TimeSpan): string {
  const format = end - start > 2 * DAY_SECONDS ? DAY : CLOCK;
  return format.format(time * 1_000);
}

/** Draws a threshold as a dashed line across the chart. */
export function drawLimit(plot: Plot, value: number): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, 'y', true));
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = colorOf('limit');
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
