import { escapeText } from '../../../operate/report/escape-text.ts';
import type { Run, ScenarioResult } from '../report.ts';
import { count, figure, milliseconds, NOTHING, percent, withUnit } from './figures.ts';
import { successOf } from './measures.ts';

type Row = readonly [name: string, cell: (run: Run) => string];

/** Every figure of a scenario, a column for each layer. */
export function figuresTable(scenario: ScenarioResult): string {
  const { runs } = scenario;
  const rows = rowsOf(scenario).map(
    ([name, cell]) =>
      `<tr><th scope="row">${escapeText(name)}</th>${runs.map((run) => `<td>${escapeText(cell(run))}</td>`).join('')}</tr>`,
  );
  return `<details><summary>All figures</summary><div class="table"><table>
<thead><tr><th scope="col"></th>${runs.map(({ layer }) => `<th scope="col" class="${layer}">${layer}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div></details>`;
}

function rowsOf({ runs, usefulMs }: ScenarioResult): readonly Row[] {
  const keys = (of: (run: Run) => Readonly<Record<string, unknown>>) => [
    ...new Set(runs.flatMap((run) => Object.keys(of(run)))),
  ];
  const hosts = Array.from(
    { length: Math.max(0, ...runs.map((run) => run.hosts.length)) },
    (_, index) => index,
  );
  return [
    ['sent', ({ sent }) => count(sent)],
    ['succeeded', ({ succeeded }) => count(succeeded)],
    ['success', (run) => percent(successOf(run))],
    [
      `useful a second (within ${withUnit(count(usefulMs), 'ms')})`,
      ({ goodput }) => withUnit(figure(goodput), '/s'),
    ],
    ...keys(({ statuses }) => statuses).map(
      (status): Row => [
        status === 'none' ? 'no answer' : `status ${status}`,
        ({ statuses }) => count(statuses[status] ?? 0),
      ],
    ),
    ['p50', ({ latencyMs }) => milliseconds(latencyMs.p50)],
    ['p90', ({ latencyMs }) => milliseconds(latencyMs.p90)],
    ['p99', ({ latencyMs }) => milliseconds(latencyMs.p99)],
    ['p99.9', ({ latencyMs }) => milliseconds(latencyMs.p999)],
    ...keys(({ tries }) => tries).map(
      (callee): Row => [`tries at ${callee} for a request`, ({ tries }) => figure(tries[callee])],
    ),
    // Names of pods differ from run to run: hosts stand beside each other by their order.
    ...hosts.map(
      (index): Row => [hostName(runs, index), (run) => count(run.hosts[index]?.tries ?? Number.NaN)],
    ),
    ...(runs.some(({ movedKeys }) => movedKeys !== undefined)
      ? [['keys that moved', ({ movedKeys }): string => percent(movedKeys)] satisfies Row]
      : []),
    ...keys(({ decisions }) => decisions).map(
      (kind): Row => [
        `decided in the process: ${kind}`,
        ({ decisions }) => (decisions[kind] === undefined ? NOTHING : count(decisions[kind])),
      ],
    ),
    ['application, CPU for 1,000', ({ application }) => milliseconds(application.cpuMsPer1000)],
    ['proxies, CPU for 1,000', ({ proxy }) => milliseconds(proxy?.cpuMsPer1000)],
    ['application, memory', ({ application }) => withUnit(figure(application.memoryMiB), 'MiB')],
    ['proxies, memory', ({ proxy }) => withUnit(figure(proxy?.memoryMiB), 'MiB')],
  ];
}

function hostName(runs: readonly Run[], index: number): string {
  const troubles = new Set(runs.flatMap(({ hosts }) => hosts[index]?.trouble ?? []));
  return `tries at host ${index + 1}${troubles.size > 0 ? ` (${[...troubles].join(', ')})` : ''}`;
}
