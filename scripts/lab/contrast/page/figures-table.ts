import { count, figure, milliseconds, NO_VALUE, percent, withUnit } from '../../../operate/report/figures.ts';
import { cell, columnHead, foldedTable, rowHead, table } from '../../../operate/report/table.ts';
import type { ScenarioResult, ScenarioRun } from '../report.ts';
import { successOf } from './measures.ts';

type Row = readonly [name: string, text: (run: ScenarioRun) => string];

/** Renders every figure of a scenario as a table with a column for each layer. */
export function figuresTable(scenario: ScenarioResult): string {
  const { runs } = scenario;
  const heads = [columnHead(''), ...runs.map(({ layer }) => columnHead(layer, layer))];
  const rows = rowsOf(scenario).map(([name, text]) => [rowHead(name), ...runs.map((run) => cell(text(run)))]);
  return foldedTable('All figures', table(heads, rows));
}

function rowsOf({ runs, maxUsefulLatencyMs }: ScenarioResult): readonly Row[] {
  const keys = (of: (run: ScenarioRun) => Readonly<Record<string, unknown>>) => [
    ...new Set(runs.flatMap((run) => Object.keys(of(run)))),
  ];
  const replicaIndexes = Array.from(
    { length: Math.max(0, ...runs.map((run) => run.replicas.length)) },
    (_, index) => index,
  );
  return [
    ['sent', ({ sent }) => count(sent)],
    ['succeeded', ({ succeeded }) => count(succeeded)],
    ['success', (run) => percent(successOf(run))],
    [
      `useful per second (within ${withUnit(count(maxUsefulLatencyMs), 'ms')})`,
      ({ goodputPerSecond }) => withUnit(figure(goodputPerSecond), '/s'),
    ],
    ...keys(({ statuses }) => statuses).map(
      (status): Row => [
        status === 'none' ? 'no response' : `status ${status}`,
        ({ statuses }) => count(statuses[status] ?? 0),
      ],
    ),
    ['p50', ({ latencyMs }) => milliseconds(latencyMs.p50)],
    ['p90', ({ latencyMs }) => milliseconds(latencyMs.p90)],
    ['p99', ({ latencyMs }) => milliseconds(latencyMs.p99)],
    ['p99.9', ({ latencyMs }) => milliseconds(latencyMs.p999)],
    ...keys(({ attemptsPerRequest }) => attemptsPerRequest).map(
      (callee): Row => [
        `attempts at ${callee} per request`,
        ({ attemptsPerRequest }) => figure(attemptsPerRequest[callee]),
      ],
    ),
    // Pod names differ between runs, so replicas are matched by position.
    ...replicaIndexes.map(
      (index): Row => [
        replicaTitle(runs, index),
        (run) => count(run.replicas[index]?.attempts ?? Number.NaN),
      ],
    ),
    ...(runs.some(({ movedKeyShare }) => movedKeyShare !== undefined)
      ? [['keys that moved', ({ movedKeyShare }): string => percent(movedKeyShare)] satisfies Row]
      : []),
    ...keys(({ decisions }) => decisions).map(
      (kind): Row => [
        `in-app decision: ${kind}`,
        ({ decisions }) => (decisions[kind] === undefined ? NO_VALUE : count(decisions[kind])),
      ],
    ),
    [
      'application, CPU per 1,000 requests',
      ({ application }) => milliseconds(application.cpuMsPer1000Requests),
    ],
    ['proxies, CPU per 1,000 requests', ({ proxy }) => milliseconds(proxy?.cpuMsPer1000Requests)],
    ['application, memory', ({ application }) => withUnit(figure(application.memoryMiB), 'MiB')],
    ['proxies, memory', ({ proxy }) => withUnit(figure(proxy?.memoryMiB), 'MiB')],
  ];
}

function replicaTitle(runs: readonly ScenarioRun[], index: number): string {
  const faults = new Set(runs.flatMap(({ replicas }) => replicas[index]?.fault ?? []));
  return `attempts at replica ${index + 1}${faults.size > 0 ? ` (${[...faults].join(', ')})` : ''}`;
}
