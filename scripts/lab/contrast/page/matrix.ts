import { escapeText } from '../../../operate/report/escape-text.ts';
import type { Contrasted, Report, ScenarioResult } from '../report.ts';
import { NOTHING, percent } from './figures.ts';
import { ENFORCER } from './layer-names.ts';
import { measureOf, successOf } from './measures.ts';
import { type Mark, standings } from './standing.ts';

/** Where every run succeeds this often, 0 to 1, a cell need not say how often. */
const ALL_SUCCEED = 0.995;
const SIGN: Readonly<Record<Mark, string>> = { best: '▲ best', worst: '▼ worst' };

/** Every scenario beside every layer, by the scenario's own measure. */
export function matrix({ layers, scenarios }: Report): string {
  const heads = layers.map(
    (layer) => `<th scope="col" class="${layer}"><b>${layer}</b><small>${ENFORCER[layer]}</small></th>`,
  );
  return `<div class="table"><table class="matrix">
<thead><tr><th scope="col">scenario</th>${heads.join('')}</tr></thead>
<tbody>
${scenarios.map((scenario) => row(scenario, layers)).join('\n')}
</tbody>
</table></div>`;
}

function row(scenario: ScenarioResult, layers: readonly Contrasted[]): string {
  const { name, better } = measureOf(scenario);
  const marks = standings(scenario);
  const cells = layers.map((layer) => cell(scenario, layer, marks.get(layer)));
  const head = `<a href="#${escapeText(scenario.name)}">${escapeText(scenario.title)}</a><small>${escapeText(name)}; ${better} is better</small>`;
  return `<tr><th scope="row">${head}</th>${cells.join('')}</tr>`;
}

function cell(scenario: ScenarioResult, layer: Contrasted, mark: Mark | undefined): string {
  const run = scenario.runs.find((one) => one.layer === layer);
  if (!run) return `<td>${NOTHING}</td>`;
  const { value, text, better } = measureOf(scenario);
  const someFail = scenario.runs.some((one) => (successOf(one) ?? 1) < ALL_SUCCEED);
  const success = better === 'less' && someFail ? `<small>success ${percent(successOf(run))}</small>` : '';
  const sign = mark ? `<small class="sign">${SIGN[mark]}</small>` : '';
  return `<td${mark ? ` class="${mark}"` : ''}><b>${text(value(run))}</b>${success}${sign}</td>`;
}
