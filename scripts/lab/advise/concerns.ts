import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { GOODPUT, MOVED_KEYS, P99, P99_OF_SUCCESS, type RunComparison, SUCCESS } from './run-comparison.ts';

/** A scenario that measures the effect of one part of a policy. */
export interface Concern {
  readonly scenario: string;
  readonly comparison: RunComparison;
  /** Whether the policy has that part. */
  readonly concerns: (policy: CallPolicy) => boolean;
}

const CONCERNS: readonly Concern[] = [
  // A layer that fails requests without faults is not cheap.
  { scenario: 'calm', comparison: SUCCESS, concerns: () => true },
  {
    scenario: 'failing-replica',
    comparison: SUCCESS,
    concerns: ({ outlierDetection }) => outlierDetection !== undefined,
  },
  { scenario: 'errors-everywhere', comparison: SUCCESS, concerns: ({ retries }) => retries !== undefined },
  {
    scenario: 'slow-replica',
    comparison: P99_OF_SUCCESS,
    concerns: ({ balance }) => balance?.kind === 'least-request' || balance?.kind === 'peak-ewma',
  },
  // By p99 instead of success, since deadlines are meant to fail slow calls.
  { scenario: 'latency-spike', comparison: P99, concerns: ({ timeout }) => timeout !== 'none' },
  { scenario: 'overload', comparison: GOODPUT, concerns: ({ limits }) => limits !== undefined },
  {
    scenario: 'consistent-hash',
    comparison: MOVED_KEYS,
    concerns: ({ balance }) => balance?.kind === 'consistent-hash',
  },
];

/** Returns the scenarios that concern a policy. */
export function concernsOf(policy: CallPolicy): readonly Concern[] {
  return CONCERNS.filter(({ concerns }) => concerns(policy));
}
