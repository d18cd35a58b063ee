import type { Duration } from './duration.ts';
import { milliseconds } from './duration.ts';
import type { Problem } from './problem.ts';

/** A problem before it is known whose it is. */
export type Finding = Omit<Problem, 'path'>;

/** A number that must lie in a range. */
export interface Range {
  readonly min: number;
  readonly max: number;
  /** @default any number */
  readonly isInteger?: boolean;
}

/** What is wrong with `value` as the field `name`, when something is; undefined is a field that is not there. */
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
  yield { rule, message: `${name} is ${value}: give ${kind} ${bounds}` };
}

/** Longest time that a timer of Node can be set to, in milliseconds (24.8 days): a longer one ends at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * What is wrong with `value` as a duration, when something is.
 *
 * @param least in milliseconds; Istio takes none below 1 ms
 * @param most in milliseconds. @default what a timer takes
 */
export function* durationFindings(
  rule: string,
  name: string,
  value: Duration | undefined,
  least = 1,
  most = MAX_TIMER_MS,
): Generator<Finding> {
  if (value === undefined) return;
  const length = milliseconds(value);
  if (Number.isNaN(length)) {
    yield {
      rule,
      message: `${name} is '${value}': give a number and a unit, such as '250ms', '2s', '5m' or '1h'`,
    };
  } else if (length < least) {
    yield { rule, message: `${name} is '${value}': give at least ${least} ms` };
  } else if (length > most) {
    yield { rule, message: `${name} is '${value}': give at most ${Math.floor(most / 3_600_000)}h` };
  }
}
