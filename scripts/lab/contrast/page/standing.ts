import type { Contrasted, ScenarioResult } from '../report.ts';
import { measureOf, successOf } from './measures.ts';

export type Mark = 'best' | 'worst';

/** A layer that fails more of the requests by this much, 0 to 1, is not best for being quick or cheap. */
const FEWER = 0.01;

/**
 * Which layers are best and worst by the scenario's measure. Several share a mark when they are near each other, and
 * none has one when all are. Who is best at p99 or cost has to succeed about as often as the others.
 */
export function standings(scenario: ScenarioResult): ReadonlyMap<Contrasted, Mark> {
  const { value, better, near } = measureOf(scenario);
  const measured = scenario.runs.flatMap((run) => {
    const found = value(run);
    return found === undefined ? [] : [{ run, value: found }];
  });
  const sign = better === 'more' ? 1 : -1;
  const sorted = measured.toSorted((a, b) => sign * (b.value - a.value));
  const most = Math.max(...measured.map(({ run }) => successOf(run) ?? 0));
  const mayBeBest = sorted.filter(
    ({ run }) => !['p99', 'cost'].includes(scenario.measure) || (successOf(run) ?? 0) >= most - FEWER,
  );
  const [best, worst] = [mayBeBest[0], sorted.at(-1)];
  if (!best || !worst || near(best.value, worst.value)) return new Map();
  const marks = new Map<Contrasted, Mark>();
  for (const one of sorted) if (near(one.value, worst.value)) marks.set(one.run.layer, 'worst');
  for (const one of mayBeBest) if (near(one.value, best.value)) marks.set(one.run.layer, 'best');
  return marks;
}
