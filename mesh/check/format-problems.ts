import type { Problem } from '../policy/problem.ts';

/** Formats problems for a terminal: grouped by construct path, each with its rule, and the count on the last line. */
export function formatProblems(problems: readonly Problem[]): string {
  const places = [...Map.groupBy(problems, ({ path }) => path)].map(
    ([path, group]) => `${path}\n${group.map(({ message, rule }) => `  - ${message} [${rule}]\n`).join('')}`,
  );
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return problems.length === 0 ? '' : `${places.join('')}${count}; nothing is written\n`;
}
