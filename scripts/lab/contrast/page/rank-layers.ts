import type { ContrastLayer, ScenarioResult } from '../report.ts';
import { measureOf, successOf } from './measures.ts';

export type Rank = 'best' | 'worst';

/** A layer whose success rate is lower than the best by more than this, 0 to 1, cannot be best at p99 or cost. */
const MAX_SUCCESS_DEFICIT = 0.01;

/**
 * Returns the best and worst layers by the scenario's measure. Layers with insignificant differences share a rank; if all
 * differences are insignificant, the result is empty. A layer that fails fast does not count as best at p99 or cost.
 */
export function rankLayers(scenario: ScenarioResult): ReadonlyMap<ContrastLayer, Rank> {
  const { value, better, isNear } = measureOf(scenario);
  const measured = scenario.runs.flatMap((run) => {
    const measuredValue = value(run);
    return measuredValue === undefined ? [] : [{ run, value: measuredValue }];
  });
  const sign = better === 'higher' ? 1 : -1;
  const sorted = measured.toSorted((a, b) => sign * (b.value - a.value));
  const maxSuccess = Math.max(...measured.map(({ run }) => successOf(run) ?? 0));
  const candidates = sorted.filter(
    ({ run }) =>
      !['p99', 'cost'].includes(scenario.measure) ||
      (successOf(run) ?? 0) >= maxSuccess - MAX_SUCCESS_DEFICIT,
  );
  const [best, worst] = [candidates[0], sorted.at(-1)];
  if (!best || !worst || isNear(best.value, worst.value)) return new Map();
  const ranks = new Map<ContrastLayer, Rank>();
  for (const one of sorted) if (isNear(one.value, worst.value)) ranks.set(one.run.layer, 'worst');
  for (const one of candidates) if (isNear(one.value, best.value)) ranks.set(one.run.layer, 'best');
  return ranks;
}
