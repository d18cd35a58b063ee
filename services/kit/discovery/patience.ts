import { backOffMs } from '../time/back-off.ts';

/** How long a registry is waited for. */
export interface Patience {
  /** After so long without endpoints, those that were known are given up, in milliseconds. @default 30 s */
  readonly emptyGraceMs?: number;
  /** Pause before the next try, in milliseconds, by the number of those that failed. @default up to 10 s, jittered */
  readonly pauseMs?: (failures: number) => number;
  /** Whoever was followed for longer did not fail, in milliseconds. @default 10 s */
  readonly longestPauseMs?: number;
}

/**
 * Three times the default time to live of a registration: whoever is there has registered again by then with a registry
 * that forgot all.
 */
const EMPTY_GRACE_MS = 30_000;
const LONGEST_PAUSE_MS = 10_000;
/** Full jitter alone may be no pause at all. */
const SHORTEST_PAUSE_MS = 50;

/** `patience`, with the defaults for what it does not say. */
export function patienceOf(patience: Patience): Required<Patience> {
  const backOff = { minMs: 200, maxMs: LONGEST_PAUSE_MS, jitter: 'full' } as const;
  return {
    emptyGraceMs: EMPTY_GRACE_MS,
    pauseMs: (failures) => SHORTEST_PAUSE_MS + backOffMs(backOff, failures),
    longestPauseMs: LONGEST_PAUSE_MS,
    ...patience,
  };
}
