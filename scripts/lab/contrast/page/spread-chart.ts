import { CHART, chartRow, frame, round, widthOf } from '../../../operate/report/chart.ts';
import { escapeText } from '../../../operate/report/escape-text.ts';
import { figure, percent } from '../../../operate/report/figures.ts';
import type { ScenarioResult, ScenarioRun } from '../report.ts';
import { measureOf } from './measures.ts';

// Lengths in CSS pixels.
const ROW = 40;
const THICKNESS = 24;
const GAP = 2;
const TEXTS = 112;
const LENGTH = CHART.width - CHART.names - TEXTS;

/** Draws the share of attempts that each replica of the callee received. Replicas with a fault are hatched. */
export function spreadChart({ runs, ...scenario }: ScenarioResult): string {
  const faults = new Set(runs.flatMap(({ replicas }) => replicas.flatMap(({ fault }) => fault ?? [])));
  const faultText = [...faults].join(', ');
  const rows = runs.map((run, index) => {
    const y = CHART.head + (index + 0.5) * ROW;
    const text = `<text class="value" x="${CHART.width}" y="${y}" text-anchor="end">${textOf(run)}</text>`;
    return chartRow({ name: run.layer, y, marks: [...segments(run, y), text] });
  });
  return frame({
    title: 'Distribution of attempts',
    note: faultText
      ? `share of each replica; hatched: ${faultText}`
      : 'share of each replica; ×: the busiest relative to the mean',
    height: runs.length * ROW,
    body: rows,
    summary: runs.map((run) => `${run.layer} ${textOf(run)}`).join(', '),
  });

  function textOf(run: ScenarioRun): string {
    if (!faultText) return `${figure(measureOf({ ...scenario, measure: 'spread', runs: [] }).value(run))} ×`;
    const all = total(run);
    const faultyAttempts = run.replicas
      .filter(({ fault }) => fault)
      .reduce((sum, { attempts }) => sum + attempts, 0);
    return all > 0 ? `hatched ${percent(faultyAttempts / all)}` : 'no attempts';
  }
}

function segments(run: ScenarioRun, y: number): readonly string[] {
  const all = total(run);
  if (all === 0) return [];
  const scale = (LENGTH - GAP * (run.replicas.length - 1)) / all;
  const top = y - THICKNESS / 2;
  let x: number = CHART.names;
  return run.replicas.map(({ name, attempts, fault }) => {
    const width = attempts * scale;
    const box = `x="${round(x)}" y="${top}" width="${round(width)}" height="${THICKNESS}"`;
    const share = percent(attempts / all);
    const tip = `<title>${escapeText(`${name}: ${share}${fault ? `, ${fault}` : ''}`)}</title>`;
    const hatch = fault ? `<rect fill="url(#hatch)" ${box}/>` : '';
    const fits = !fault && width > widthOf(share) + 4;
    const text = fits
      ? `<text class="inside" x="${round(x + width / 2)}" y="${y}" text-anchor="middle">${share}</text>`
      : '';
    x += width + GAP;
    return `<g>${tip}<rect class="mark" ${box}/>${hatch}${text}</g>`;
  });
}

function total({ replicas }: ScenarioRun): number {
  return replicas.reduce((sum, { attempts }) => sum + attempts, 0);
}
