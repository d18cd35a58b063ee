import type { Run } from '../report.ts';

/**
 * The end of the path, where tries have multiplied most: the callee with most tries in any of the runs, and of several
 * the last. It is the same for each run, since a layer that holds tries back may leave fewer at the end than before it.
 */
export function lastCallee(runs: readonly Run[]): string | undefined {
  const all = runs.flatMap(({ tries }) => Object.entries(tries));
  const most = Math.max(...all.map(([, tries]) => tries));
  return all.findLast(([, tries]) => tries === most)?.[0];
}
