import type { CallView, GraphView } from '../../api/views.ts';

/**
 * State of an edge, the first that applies:
 * - `undeclared`: the graph has no such call
 * - `failing`: the failed share is at least `FAILING_RATIO`
 * - `over-retrying`: the server marked a call
 * - `unused`: no request was observed
 * - `idle`: no request was observed in the window
 */
export type EdgeState = 'undeclared' | 'failing' | 'over-retrying' | 'unused' | 'idle' | 'healthy';

/** Failed share of the requests from which on an edge is failing. */
export const FAILING_RATIO = 0.01;

/** The calls of one service to another, which are one edge of the drawing. */
export interface CallGroup {
  /** `CALLER->CALLEE` */
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  readonly calls: readonly CallView[];
  readonly state: EdgeState;
  readonly ratePerSecond: number;
  /** Failed share of the requests in the window, from 0 to 1. */
  readonly errorRatio: number;
  /** Retries in the window, as a share of the requests in it. */
  readonly retryRatio: number;
  /** Upper bounds for the group if it has several calls. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly ejected: number;
  readonly isBreakerOpen: boolean;
}

/** Groups the calls of a graph by their two services. */
export function groupCalls({ calls, windowSeconds }: GraphView): readonly CallGroup[] {
  const groups = new Map<string, CallView[]>();
  for (const call of calls) {
    const id = groupId(call);
    const group = groups.get(id);
    if (group) group.push(call);
    else groups.set(id, [call]);
  }
  return [...groups].map(([id, members]) => summarize(id, members, windowSeconds));
}

/** Returns the id of the group of a call. */
export function groupId({ caller, callee }: Pick<CallView, 'caller' | 'callee'>): string {
  return `${caller}->${callee}`;
}

/** Returns the state of one call, as `EdgeState` defines it. */
export function callState(call: CallView): EdgeState {
  if (call.marks.includes('undeclared')) return 'undeclared';
  if (call.errorRatio >= FAILING_RATIO) return 'failing';
  if (call.marks.includes('over-retrying')) return 'over-retrying';
  if (call.marks.includes('unused')) return 'unused';
  return call.ratePerSecond > 0 ? 'healthy' : 'idle';
}

/** Returns the retries of a call in the window, as a share of its requests in it. */
export function retryRatio(call: CallView, windowSeconds: number): number {
  const requests = call.ratePerSecond * windowSeconds;
  return requests > 0 ? call.recentRetries / requests : 0;
}

const STATES: readonly EdgeState[] = ['undeclared', 'failing', 'over-retrying', 'healthy', 'idle', 'unused'];

function summarize(id: string, calls: readonly CallView[], windowSeconds: number): CallGroup {
  const [first] = calls;
  const sum = (read: (call: CallView) => number) => calls.reduce((total, call) => total + read(call), 0);
  const rate = sum((call) => call.ratePerSecond);
  const errorRatio = rate > 0 ? sum((call) => call.ratePerSecond * call.errorRatio) / rate : 0;
  const states = new Set(calls.map(callState));
  // One failing call of many is not hidden by the others.
  const state = STATES.find((one) => states.has(one)) ?? 'idle';
  return {
    id,
    caller: first?.caller ?? '',
    callee: first?.callee ?? '',
    calls,
    state,
    ratePerSecond: rate,
    errorRatio,
    retryRatio: rate > 0 ? sum((call) => call.recentRetries) / (rate * windowSeconds) : 0,
    p50Ms: maxOf(calls.map(({ p50Ms }) => p50Ms)),
    p99Ms: maxOf(calls.map(({ p99Ms }) => p99Ms)),
    ejected: new Set(calls.flatMap(({ ejectedEndpoints }) => ejectedEndpoints)).size,
    isBreakerOpen: calls.some(({ breaker }) => breaker === 'open'),
  };
}

function maxOf(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length ? Math.max(...numbers) : null;
}
