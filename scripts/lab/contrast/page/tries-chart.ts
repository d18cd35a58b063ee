import type { Run, ScenarioResult } from '../report.ts';
import { type BarGroup, bars } from './bars.ts';
import { figure } from './figures.ts';

/**
 * Tries that arrive at each callee for a request. Along a path they multiply: behind those at a callee stands how many
 * there are for each try at the callee above it.
 */
export function triesChart({ runs }: ScenarioResult): string {
  const callees = [...new Set(runs.flatMap(({ tries }) => Object.keys(tries)))];
  const same = callees.filter((callee) => new Set(runs.map(({ tries }) => figure(tries[callee]))).size === 1);
  const differing = callees.filter((callee) => !same.includes(callee));
  const shown = differing.length > 0 ? differing : callees;
  const omitted = same
    .filter((callee) => !shown.includes(callee))
    .map((callee) => `${callee}: ${figure(runs[0]?.tries[callee])} under each layer`);
  const product = shown.length > 1 ? ['=: tries above × tries here for each of those'] : [];
  return bars({
    title: 'Tries for each request, by callee',
    note: [...product, ...omitted].join('; ') || 'less is better',
    groups: shown.map((callee, index) => group(callee, shown[index - 1], runs)),
  });
}

function group(callee: string, above: string | undefined, runs: readonly Run[]): BarGroup {
  return {
    name: `at ${callee}`,
    bars: runs.map(({ layer, tries }) => ({
      layer,
      parts: [tries[callee]],
      text: `${figure(tries[callee])}${factors(tries[callee], above === undefined ? undefined : tries[above])}`,
    })),
  };
}

/** A product, unless one of its factors is about 1 and says nothing. */
function factors(here: number | undefined, above: number | undefined): string {
  if (!here || !above) return '';
  const each = here / above;
  return above >= 1.05 && each >= 1.05 ? ` = ${figure(above)} × ${figure(each)}` : '';
}
