import { escapeText } from '../../../operate/report/escape-text.ts';
import { NO_VALUE, percent } from '../../../operate/report/figures.ts';
import { cell, columnHead, rowHead, table } from '../../../operate/report/table.ts';
import type { ContrastLayer, ContrastReport, ScenarioResult } from '../report.ts';
import { measureOf, successOf } from './measures.ts';
import { type Rank, rankLayers } from './rank-layers.ts';

/** The enforcer of the calls' policies under each layer. */
const ENFORCER: Readonly<Record<ContrastLayer, string>> = {
  none: 'no enforcement',
  app: 'the calling process',
  mesh: 'the sidecar',
  proxyless: 'the process, configured by istiod',
  both: 'process and sidecar',
};
/** Cells show the success rate unless all runs of the scenario reach this rate, 0 to 1. */
const ALL_SUCCEED = 0.995;
const SIGNS: Readonly<Record<Rank, string>> = { best: '▲ best', worst: '▼ worst' };

/** Renders a table with a row for each scenario and a column for each layer, by the scenario's measure. */
export function matrix({ layers, scenarios }: ContrastReport): string {
  const heads = layers.map((layer) =>
    columnHead({ html: `<b>${layer}</b><small>${ENFORCER[layer]}</small>` }, layer),
  );
  return table(
    [columnHead('scenario'), ...heads],
    scenarios.map((scenario) => row(scenario, layers)),
    'matrix',
  );
}

function row(scenario: ScenarioResult, layers: readonly ContrastLayer[]): readonly string[] {
  const { name, better } = measureOf(scenario);
  const ranks = rankLayers(scenario);
  const cells = layers.map((layer) => layerCell(scenario, layer, ranks.get(layer)));
  const html = `<a href="#${escapeText(scenario.name)}">${escapeText(scenario.title)}</a><small>${escapeText(name)}; ${better} is better</small>`;
  return [rowHead({ html }), ...cells];
}

function layerCell(scenario: ScenarioResult, layer: ContrastLayer, rank: Rank | undefined): string {
  const run = scenario.runs.find((one) => one.layer === layer);
  if (!run) return cell(NO_VALUE);
  const { value, text, better } = measureOf(scenario);
  const someFail = scenario.runs.some((one) => (successOf(one) ?? 1) < ALL_SUCCEED);
  const success = better === 'lower' && someFail ? `<small>success ${percent(successOf(run))}</small>` : '';
  const sign = rank ? `<small class="sign">${SIGNS[rank]}</small>` : '';
  return cell({ html: `<b>${text(value(run))}</b>${success}${sign}` }, rank);
}
