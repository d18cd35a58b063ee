import type { ScenarioRun } from './report.ts';
import type { Scenario } from './scenario.ts';

/** Formats a run as one line of terminal output. */
export function runText({ name }: Pick<Scenario, 'name'>, run: ScenarioRun): string {
  const { layer, sent, succeeded, goodputPerSecond, latencyMs, attemptsPerRequest, movedKeyShare } = run;
  const attemptsByService = Object.entries(attemptsPerRequest).map(
    ([service, count]) => `${service} ${count.toFixed(2)}`,
  );
  return [
    layer.padEnd(10),
    name.padEnd(18),
    `${((100 * succeeded) / sent).toFixed(1)} %`.padStart(7),
    `${goodputPerSecond.toFixed(0)}/s good`.padStart(11),
    `p50 ${ms(latencyMs.p50)}  p99 ${ms(latencyMs.p99)}`,
    `attempts: ${attemptsByService.join(', ') || 'none'}`,
    ...(movedKeyShare === undefined ? [] : [`moved ${(100 * movedKeyShare).toFixed(0)} %`]),
  ].join('  ');
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`.padStart(8);
}
