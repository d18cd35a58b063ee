import { type Duration, milliseconds } from './duration.ts';
import type { Range } from './ranges.ts';

/** A rule that a graph or a manifest breaks. */
export interface Problem {
  /** Path of the construct or the manifest field. */
  readonly path: string;
  /** Stable id of the rule: `policy/timeout`. */
  readonly rule: string;
  /** In lower case: the offending value and how to fix it. */
  readonly message: string;
}

/** A problem without the path of the construct that has it. */
export type Finding = Omit<Problem, 'path'>;

/** Yields a finding if the number `value` of the field `name` is outside of its range. Accepts undefined. */
export function* numberFindings(
  rule: string,
  name: string,
  value: number | undefined,
  range: Range,
): Generator<Finding> {
  if (value === undefined) return;
  const { min, max, isInteger = false } = range;
  if (value >= min && value <= max && (!isInteger || Number.isInteger(value))) return;
  const kind = isInteger ? 'a whole number' : 'a number';
  const bounds = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
  yield { rule, message: `${name} is ${value}: use ${kind} ${bounds}` };
}

/**
 * Longest timeout of a Node.js timer in milliseconds (24.8 days). Node fires a timer with a longer timeout immediately.
 */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Yields a finding if the duration `value` of the field `name` is malformed or outside of its range. Accepts undefined.
 *
 * @param minMs in milliseconds. @default 1, the shortest that Istio accepts
 * @param maxMs in milliseconds. @default the longest timeout of a Node.js timer
 */
export function* durationFindings(
  rule: string,
  name: string,
  value: Duration | undefined,
  minMs = 1,
  maxMs = MAX_TIMER_MS,
): Generator<Finding> {
  if (value === undefined) return;
  const length = milliseconds(value);
  if (Number.isNaN(length)) {
    yield {
      rule,
      message: `${name} is '${value}': use a number and a unit, such as '250ms', '2s', '5m' or '1h'`,
    };
  } else if (length < minMs) {
    yield { rule, message: `${name} is '${value}': use at least ${minMs} ms` };
  } else if (length > maxMs) {
    yield { rule, message: `${name} is '${value}': use at most ${Math.floor(maxMs / 3_600_000)}h` };
  }
}
