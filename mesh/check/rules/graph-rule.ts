import type { Platform } from '../../graph/platform.ts';
import type { Problem } from '../../policy/problem.ts';

/** Finds what is wrong in a graph, in one respect. Takes nothing for granted that another rule checks. */
export type GraphRule = (platform: Platform) => Iterable<Problem>;
