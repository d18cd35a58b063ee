import { figure } from '../../../operate/report/figures.ts';
import type { ScenarioResult, ScenarioRun } from '../report.ts';
import { type BarGroup, bars } from './bars.ts';

/**
 * Draws the attempts per request at each callee. Retries multiply along a call path, so each value is also shown as the
 * product of the attempts at the caller and the attempts for each of those.
 */
export function attemptsChart({ runs }: ScenarioResult): string {
  const callees = [...new Set(runs.flatMap(({ attemptsPerRequest }) => Object.keys(attemptsPerRequest)))];
  const uniform = callees.filter(
    (callee) => new Set(runs.map(({ attemptsPerRequest }) => figure(attemptsPerRequest[callee]))).size === 1,
  );
  const differing = callees.filter((callee) => !uniform.includes(callee));
  const groups = differing.length > 0 ? differing : callees;
  const omitted = uniform
    .filter((callee) => !groups.includes(callee))
    .map((callee) => `${callee}: ${figure(runs[0]?.attemptsPerRequest[callee])} under every layer`);
  const product = groups.length > 1 ? ['=: attempts at the caller × attempts here for each of those'] : [];
  return bars({
    title: 'Attempts per request, by callee',
    note: [...product, ...omitted].join('; ') || 'lower is better',
    groups: groups.map((callee, index) => group(callee, groups[index - 1], runs)),
  });
}

function group(callee: string, above: string | undefined, runs: readonly ScenarioRun[]): BarGroup {
  return {
    name: `at ${callee}`,
    bars: runs.map(({ layer, attemptsPerRequest }) => ({
      layer,
      parts: [attemptsPerRequest[callee]],
      text: `${figure(attemptsPerRequest[callee])}${factors(attemptsPerRequest[callee], above === undefined ? undefined : attemptsPerRequest[above])}`,
    })),
  };
}

/** Returns the factors of a product, unless one of them is about 1. */
function factors(here: number | undefined, above: number | undefined): string {
  if (!here || !above) return '';
  const each = here / above;
  return above >= 1.05 && each >= 1.05 ? ` = ${figure(above)} × ${figure(each)}` : '';
}
