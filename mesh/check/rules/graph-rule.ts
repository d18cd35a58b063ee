import type { Platform } from '../../graph/platform.ts';
import type { Problem } from '../../policy/problem.ts';

/** Reports violations of one rule in a graph. Must not assume that the graph passes the other rules. */
export type GraphRule = (platform: Platform) => Iterable<Problem>;
