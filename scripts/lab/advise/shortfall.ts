import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import type { ContrastReport, ScenarioRun } from '../contrast/report.ts';
import { concernsOf } from './concerns.ts';
import type { RunComparison } from './run-comparison.ts';

/** A measure by which a layer did worse than the best of other layers. */
export interface Shortfall {
  readonly scenario: string;
  readonly measure: string;
  readonly value: number;
  readonly best: number;
  readonly bestLayer: Layer;
  /** Whether the difference is so large that it speaks against the layer. */
  readonly isClear: boolean;
  /** `failing-replica: success 98.4 %, mesh 99.9 %` */
  readonly text: string;
}

/**
 * Returns the shortfalls of a layer against others, in the scenarios that concern a policy. Scenarios without a run of
 * the layer are skipped.
 */
export function findShortfalls(
  policy: CallPolicy,
  report: ContrastReport,
  layer: Layer,
  others: readonly Layer[],
): readonly Shortfall[] {
  return concernsOf(policy).flatMap(({ scenario, comparison }) => {
    const runs = report.scenarios.find(({ name }) => name === scenario)?.runs ?? [];
    const own = runs.find((run) => run.layer === layer);
    return own ? compare(scenario, comparison, own, runs, others) : [];
  });
}

function compare(
  scenario: string,
  { name, better, value, text, isClearlyWorse, isFair }: RunComparison,
  own: ScenarioRun,
  runs: readonly ScenarioRun[],
  others: readonly Layer[],
): readonly Shortfall[] {
  const ownValue = value(own);
  if (ownValue === undefined) return [];
  const sign = better === 'higher' ? 1 : -1;
  const [best] = others
    .flatMap((layer) => {
      const run = runs.find((one) => one.layer === layer);
      const otherValue = run && (isFair?.(own, run) ?? true) ? value(run) : undefined;
      return otherValue === undefined ? [] : [{ layer, value: otherValue }];
    })
    .toSorted((a, b) => sign * (b.value - a.value));
  if (!best || sign * (best.value - ownValue) <= 0) return [];
  return [
    {
      scenario,
      measure: name,
      value: ownValue,
      best: best.value,
      bestLayer: best.layer,
      isClear: isClearlyWorse(ownValue, best.value),
      text: `${scenario}: ${name} ${text(ownValue)}, ${best.layer} ${text(best.value)}`.replaceAll(
        '\u00a0',
        ' ',
      ),
    },
  ];
}
