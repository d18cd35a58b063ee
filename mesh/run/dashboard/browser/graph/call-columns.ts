import type { CallView } from '../../api/views.ts';
import { callState, type EdgeState, retryRatio } from './call-groups.ts';

interface CallColumn {
  readonly text: string;
  readonly isNumeric: boolean;
  /** Returns what the table is sorted by. */
  readonly keyOf: (call: CallView, windowSeconds: number) => string | number | null;
}

/** States by how much they need attention, the least first. */
const SEVERITY: readonly EdgeState[] = [
  'idle',
  'unused',
  'healthy',
  'over-retrying',
  'failing',
  'undeclared',
];

/** Columns of the table of calls, in their order. */
export const COLUMNS: Readonly<Record<string, CallColumn>> = {
  caller: { text: 'Caller', isNumeric: false, keyOf: ({ caller, name }) => `${caller} ${name ?? ''}` },
  callee: { text: 'Callee', isNumeric: false, keyOf: ({ callee, name }) => `${callee} ${name ?? ''}` },
  name: { text: 'Call', isNumeric: false, keyOf: ({ name }) => name },
  state: { text: 'State', isNumeric: true, keyOf: (call) => SEVERITY.indexOf(callState(call)) },
  rate: { text: 'Rate', isNumeric: true, keyOf: ({ ratePerSecond }) => ratePerSecond },
  errors: { text: 'Errors', isNumeric: true, keyOf: ({ errorRatio }) => errorRatio },
  p50: { text: 'p50', isNumeric: true, keyOf: ({ p50Ms }) => p50Ms },
  p99: { text: 'p99', isNumeric: true, keyOf: ({ p99Ms }) => p99Ms },
  retries: { text: 'Retries', isNumeric: true, keyOf: (call, seconds) => retryRatio(call, seconds) },
  requests: { text: 'Requests', isNumeric: true, keyOf: ({ requests }) => requests },
};
