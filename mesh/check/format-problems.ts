import type { Problem } from '../policy/problem.ts';

/** Problems as a person reads them: below the place where each is, with the rule behind, and their number at last. */
export function formatProblems(problems: readonly Problem[]): string {
  const places = [...Map.groupBy(problems, ({ path }) => path)].map(
    ([path, found]) => `${path}\n${found.map(({ message, rule }) => `  - ${message} [${rule}]\n`).join('')}`,
  );
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return problems.length === 0 ? '' : `${places.join('')}${count}; nothing is written\n`;
}
