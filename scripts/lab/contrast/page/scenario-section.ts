import { escapeText } from '../../../operate/report/escape-text.ts';
import { count, withUnit } from '../../../operate/report/figures.ts';
import type { ScenarioResult } from '../report.ts';
import { figuresTable } from './figures-table.ts';
import { measureOf } from './measures.ts';
import { type Rank, rankLayers } from './rank-layers.ts';
import { scenarioCharts } from './scenario-charts.ts';

/** Renders a scenario: its description, the best and worst layers, charts, and all figures. */
export function scenarioSection(scenario: ScenarioResult): string {
  const { name, title, description, requestsPerSecond, durationS, maxUsefulLatencyMs, synthesisError, runs } =
    scenario;
  const load = `${count(requestsPerSecond)} requests/s for ${withUnit(count(durationS), 's')}; responses are useful within ${withUnit(count(maxUsefulLatencyMs), 'ms')}.`;
  const override = runs.some(({ layer }) => layer === 'both') ? ' (the run overrides it)' : '';
  const refusalNote =
    synthesisError === undefined
      ? ''
      : `<div class="refusal"><p>Synthesis rejects the graph of <b>both</b>${override}:</p><blockquote tabindex="0">${escapeText(synthesisError.trim())}</blockquote></div>`;
  return `<section id="${escapeText(name)}">
<h2>${escapeText(title)}</h2>
<p>${escapeText(description)} <span class="load">${load}</span></p>
<p class="finding">${escapeText(finding(scenario))}</p>
${refusalNote}
<div class="charts">${scenarioCharts(scenario)
    .map((chart) => `<figure>${chart}</figure>`)
    .join('\n')}</div>
${figuresTable(scenario)}
</section>`;
}

/** Returns a sentence that names the best and worst layers. */
function finding(scenario: ScenarioResult): string {
  const { name, value, text } = measureOf(scenario);
  const [first, ...others] = scenario.runs;
  if (first && others.length === 0)
    return `${first.layer} is the only layer; ${name}: ${text(value(first))}.`;
  const ranks = rankLayers(scenario);
  if (ranks.size === 0) return `By ${name}, the layers do not differ clearly.`;
  const layersOf = (rank: Rank) =>
    scenario.runs
      .filter(({ layer }) => ranks.get(layer) === rank)
      .map((run) => `${run.layer} (${text(value(run))})`)
      .join(', ');
  return `By ${name}, best: ${layersOf('best')}; worst: ${layersOf('worst')}.`;
}
