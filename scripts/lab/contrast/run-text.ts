import type { Run } from './report.ts';
import type { Scenario } from './scenario.ts';

/** A run as a line of a terminal. */
export function runText({ name }: Pick<Scenario, 'name'>, run: Run): string {
  const { layer, sent, succeeded, goodput, latencyMs, tries, movedKeys } = run;
  const most = Object.entries(tries).map(([service, count]) => `${service} ${count.toFixed(2)}`);
  return [
    layer.padEnd(10),
    name.padEnd(18),
    `${((100 * succeeded) / sent).toFixed(1)} %`.padStart(7),
    `${goodput.toFixed(0)}/s good`.padStart(11),
    `p50 ${ms(latencyMs.p50)}  p99 ${ms(latencyMs.p99)}`,
    `tries: ${most.join(', ') || 'none'}`,
    ...(movedKeys === undefined ? [] : [`moved ${(100 * movedKeys).toFixed(0)} %`]),
  ].join('  ');
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`.padStart(8);
}
