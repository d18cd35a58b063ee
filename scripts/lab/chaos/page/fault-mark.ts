import { escapeText } from '../../../operate/report/escape-text.ts';
import { round } from '../../contrast/page/frame.ts';
import type { Fault } from '../planned-faults.ts';

/** Half of a mark's width, CSS pixels. */
const SIZE = 5;

/** Outlines around the origin: a cross, two bars, a gap, a wedge, a full box, a disk. */
const SHAPES: Readonly<Record<Fault['kind'], string>> = {
  kill: `M${-SIZE} ${-SIZE + 2}l2 -2 3 3 3 -3 2 2 -3 3 3 3 -2 2 -3 -3 -3 3 -2 -2 3 -3z`,
  freeze: `M-4 ${-SIZE}h3v${2 * SIZE}h-3zM1 ${-SIZE}h3v${2 * SIZE}h-3z`,
  cut: `M${-SIZE} -1.5h3v3h-3zM2 -1.5h3v3h-3zM-1 ${-SIZE}h2v${2 * SIZE}h-2z`,
  fill: `M${-SIZE} ${-SIZE}h${2 * SIZE}v${2 * SIZE}h${-2 * SIZE}z`,
  blackhole: `M${-SIZE} 0a${SIZE} ${SIZE} 0 1 0 ${2 * SIZE} 0a${SIZE} ${SIZE} 0 1 0 ${-2 * SIZE} 0z`,
  slow: `M${-SIZE} ${-SIZE}L${SIZE} 0L${-SIZE} ${SIZE}z`,
};

/** A fault at a place of a chart; `text` is shown to those who point at it. */
export function faultMark(kind: Fault['kind'], x: number, y: number, text: string): string {
  return `<path class="${kind}" transform="translate(${round(x)} ${round(y)})" d="${SHAPES[kind]}"><title>${escapeText(text)}</title></path>`;
}

/** A mark with its name, for the legend. */
export function legendMark(kind: Fault['kind']): string {
  return `<svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true" style="display: inline; width: 14px; vertical-align: -2px">${faultMark(kind, 0, 0, kind)}</svg> ${kind}`;
}
