import { round } from '../../../operate/report/chart.ts';
import { escapeText } from '../../../operate/report/escape-text.ts';

import type { PlannedFault } from '../planned-faults.ts';

/** Half the width of a mark, in CSS pixels. */
const RADIUS = 5;

/** SVG paths around the origin. Kinds have distinct shapes, so that the chart does not depend on color. */
const SHAPES: Readonly<Record<PlannedFault['kind'], string>> = {
  kill: `M${-RADIUS} ${-RADIUS + 2}l2 -2 3 3 3 -3 2 2 -3 3 3 3 -2 2 -3 -3 -3 3 -2 -2 3 -3z`,
  freeze: `M-4 ${-RADIUS}h3v${2 * RADIUS}h-3zM1 ${-RADIUS}h3v${2 * RADIUS}h-3z`,
  cut: `M${-RADIUS} -1.5h3v3h-3zM2 -1.5h3v3h-3zM-1 ${-RADIUS}h2v${2 * RADIUS}h-2z`,
  fill: `M${-RADIUS} ${-RADIUS}h${2 * RADIUS}v${2 * RADIUS}h${-2 * RADIUS}z`,
  blackhole: `M${-RADIUS} 0a${RADIUS} ${RADIUS} 0 1 0 ${2 * RADIUS} 0a${RADIUS} ${RADIUS} 0 1 0 ${-2 * RADIUS} 0z`,
  slow: `M${-RADIUS} ${-RADIUS}L${RADIUS} 0L${-RADIUS} ${RADIUS}z`,
};

/** Renders the mark of a fault at a position of a chart. `text` is its tooltip. */
export function faultMark(kind: PlannedFault['kind'], x: number, y: number, text: string): string {
  return `<path class="${kind}" transform="translate(${round(x)} ${round(y)})" d="${SHAPES[kind]}"><title>${escapeText(text)}</title></path>`;
}

/** Renders a mark with its name for the legend. */
export function legendMark(kind: PlannedFault['kind']): string {
  return `<svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true" style="display: inline; width: 14px; vertical-align: -2px">${faultMark(kind, 0, 0, kind)}</svg> ${kind}`;
}
