import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { type Compared, GOODPUT, MOVED_KEYS, P99, P99_OF_SUCCESS, SUCCESS } from './compared.ts';

/** A scenario of a contrast that shows what part of a policy is worth. */
export interface Concern {
  readonly scenario: string;
  readonly by: Compared;
  /** Whether the policy has that part. */
  readonly concerns: (policy: CallPolicy) => boolean;
}

const CONCERNS: readonly Concern[] = [
  // Who fails where nothing goes wrong is not cheap.
  { scenario: 'calm', by: SUCCESS, concerns: () => true },
  {
    scenario: 'failing-replica',
    by: SUCCESS,
    concerns: ({ outlierDetection }) => outlierDetection !== undefined,
  },
  { scenario: 'errors-everywhere', by: SUCCESS, concerns: ({ retries }) => retries !== undefined },
  {
    scenario: 'slow-replica',
    by: P99_OF_SUCCESS,
    concerns: ({ balance }) => balance?.kind === 'least-request' || balance?.kind === 'peak-ewma',
  },
  // A deadline is there to fail in time: that it makes calls fail is not held against it.
  { scenario: 'latency-spike', by: P99, concerns: ({ timeout }) => timeout !== 'none' },
  { scenario: 'overload', by: GOODPUT, concerns: ({ limits }) => limits !== undefined },
  {
    scenario: 'consistent-hash',
    by: MOVED_KEYS,
    concerns: ({ balance }) => balance?.kind === 'consistent-hash',
  },
];

/** What a contrast measures that concerns a policy. */
export function concernsOf(policy: CallPolicy): readonly Concern[] {
  return CONCERNS.filter(({ concerns }) => concerns(policy));
}
