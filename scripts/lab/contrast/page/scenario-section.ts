import { escapeText } from '../../../operate/report/escape-text.ts';
import type { ScenarioResult } from '../report.ts';
import { chartsOf } from './charts-of.ts';
import { count, withUnit } from './figures.ts';
import { figuresTable } from './figures-table.ts';
import { measureOf } from './measures.ts';
import { type Mark, standings } from './standing.ts';

/** A scenario: what is done, who does best, charts, and every figure. */
export function scenarioSection(scenario: ScenarioResult): string {
  const { name, title, what, rate, seconds, usefulMs, refusal, runs } = scenario;
  const load = `${count(rate)} requests a second for ${withUnit(count(seconds), 's')}; an answer is of use within ${withUnit(count(usefulMs), 'ms')}.`;
  const tried = runs.some(({ layer }) => layer === 'both') ? ' (the run was made against its word)' : '';
  const refused =
    refusal === undefined
      ? ''
      : `<div class="refusal"><p>Of the graph of <b>both</b>, synthesis says${tried}:</p><blockquote tabindex="0">${escapeText(refusal.trim())}</blockquote></div>`;
  return `<section id="${escapeText(name)}">
<h2>${escapeText(title)}</h2>
<p>${escapeText(what)} <span class="load">${load}</span></p>
<p class="finding">${escapeText(finding(scenario))}</p>
${refused}
<div class="charts">${chartsOf(scenario)
    .map((chart) => `<figure>${chart}</figure>`)
    .join('\n')}</div>
${figuresTable(scenario)}
</section>`;
}

/** Who does best and worst, as a sentence. */
function finding(scenario: ScenarioResult): string {
  const { name, value, text } = measureOf(scenario);
  const [only, ...others] = scenario.runs;
  if (only && others.length === 0) return `${only.layer} alone was tried; ${name}: ${text(value(only))}.`;
  const marks = standings(scenario);
  if (marks.size === 0) return `By ${name}, no layer stands out.`;
  const marked = (mark: Mark) =>
    scenario.runs
      .filter(({ layer }) => marks.get(layer) === mark)
      .map((run) => `${run.layer} (${text(value(run))})`)
      .join(', ');
  return `By ${name}, best: ${marked('best')}; worst: ${marked('worst')}.`;
}
