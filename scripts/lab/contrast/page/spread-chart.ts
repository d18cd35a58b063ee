import { escapeText } from '../../../operate/report/escape-text.ts';
import type { Run, ScenarioResult } from '../report.ts';
import { figure, percent } from './figures.ts';
import { CHART, frame, layerRow, round, widthOf } from './frame.ts';
import { measureOf } from './measures.ts';

/** CSS pixels. */
const ROW = 40;
const THICK = 24;
const GAP = 2;
const TEXTS = 112;
const LENGTH = CHART.width - CHART.names - TEXTS;

/** How the tries at the callee fell on its hosts; the host in trouble is hatched. */
export function spreadChart({ runs, ...scenario }: ScenarioResult): string {
  const troubles = new Set(runs.flatMap(({ hosts }) => hosts.flatMap(({ trouble }) => trouble ?? [])));
  const troubled = [...troubles].join(', ');
  const rows = runs.map((run, index) => {
    const y = CHART.head + (index + 0.5) * ROW;
    const text = `<text class="value" x="${CHART.width}" y="${y}" text-anchor="end">${textOf(run)}</text>`;
    return layerRow(run.layer, y, [...segments(run, y), text]);
  });
  return frame({
    title: 'Where the tries went',
    note: troubled
      ? `share of each host; hatched: ${troubled}`
      : 'share of each host; ×: the busiest beside the mean',
    height: runs.length * ROW,
    body: rows,
    summary: runs.map((run) => `${run.layer} ${textOf(run)}`).join(', '),
  });

  function textOf(run: Run): string {
    if (!troubled) return `${figure(measureOf({ ...scenario, measure: 'spread', runs: [] }).value(run))} ×`;
    const all = total(run);
    const there = run.hosts.filter(({ trouble }) => trouble).reduce((sum, { tries }) => sum + tries, 0);
    return all > 0 ? `hatched ${percent(there / all)}` : 'no tries';
  }
}

function segments(run: Run, y: number): readonly string[] {
  const all = total(run);
  if (all === 0) return [];
  const scale = (LENGTH - GAP * (run.hosts.length - 1)) / all;
  const top = y - THICK / 2;
  let x: number = CHART.names;
  return run.hosts.map(({ name, tries, trouble }) => {
    const width = tries * scale;
    const box = `x="${round(x)}" y="${top}" width="${round(width)}" height="${THICK}"`;
    const share = percent(tries / all);
    const tip = `<title>${escapeText(`${name}: ${share}${trouble ? `, ${trouble}` : ''}`)}</title>`;
    const hatch = trouble ? `<rect fill="url(#hatch)" ${box}/>` : '';
    const fits = !trouble && width > widthOf(share) + 4;
    const text = fits
      ? `<text class="inside" x="${round(x + width / 2)}" y="${y}" text-anchor="middle">${share}</text>`
      : '';
    x += width + GAP;
    return `<g>${tip}<rect class="mark" ${box}/>${hatch}${text}</g>`;
  });
}

function total({ hosts }: Run): number {
  return hosts.reduce((sum, { tries }) => sum + tries, 0);
}
