import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import type { Report, Run } from '../contrast/report.ts';
import type { Compared } from './compared.ts';
import { concernsOf } from './concerns.ts';

/** Something that a layer did less well than the best of those it is compared with. */
export interface Behind {
  readonly scenario: string;
  readonly measure: string;
  readonly value: number;
  readonly best: number;
  readonly bestLayer: Layer;
  /** By so much that the layer is not recommended for it. */
  readonly clearly: boolean;
  /** `failing-replica: success 98.4 %, mesh 99.9 %` */
  readonly text: string;
}

/**
 * Where a layer was behind the best of others, in the scenarios that concern a policy. A scenario that was not played
 * under it says nothing.
 */
export function behind(
  policy: CallPolicy,
  report: Report,
  layer: Layer,
  others: readonly Layer[],
): readonly Behind[] {
  return concernsOf(policy).flatMap(({ scenario, by }) => {
    const runs = report.scenarios.find(({ name }) => name === scenario)?.runs ?? [];
    const own = runs.find((run) => run.layer === layer);
    return own ? compare(scenario, by, own, runs, others) : [];
  });
}

function compare(
  scenario: string,
  { name, better, value, text, isClearlyWorse, isFair }: Compared,
  own: Run,
  runs: readonly Run[],
  others: readonly Layer[],
): readonly Behind[] {
  const mine = value(own);
  if (mine === undefined) return [];
  const sign = better === 'more' ? 1 : -1;
  const [best] = others
    .flatMap((layer) => {
      const run = runs.find((one) => one.layer === layer);
      const found = run && (isFair?.(own, run) ?? true) ? value(run) : undefined;
      return found === undefined ? [] : [{ layer, value: found }];
    })
    .toSorted((a, b) => sign * (b.value - a.value));
  if (!best || sign * (best.value - mine) <= 0) return [];
  return [
    {
      scenario,
      measure: name,
      value: mine,
      best: best.value,
      bestLayer: best.layer,
      clearly: isClearlyWorse(mine, best.value),
      text: `${scenario}: ${name} ${text(mine)}, ${best.layer} ${text(best.value)}`.replaceAll('\u00a0', ' '),
    },
  ];
}
