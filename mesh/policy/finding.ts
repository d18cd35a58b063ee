import type { Duration } from './duration.ts';
import { milliseconds } from './duration.ts';
import type { Problem } from './problem.ts';

/** A problem before it is known whose it is. */
export type Finding = Omit<Problem, 'path'>;

/** A number that must lie in a range. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** @default any number */
  readonly whole?: boolean;
}

/** What is wrong with `value` as the field `name`, when something is; undefined is a field that is not there. */
export function* numberFindings(
  rule: string,
  name: string,
  value: number | undefined,
  range: Range,
): Generator<Finding> {
  if (value === undefined) return;
  const { least, most, whole = false } = range;
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return;
  const kind = whole ? 'a whole number' : 'a number';
  const bounds = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  yield { rule, message: `${name} is ${value}: give ${kind} ${bounds}` };
}

/**
 * What is wrong with `value` as a duration, when something is.
 *
 * @param least in milliseconds; Istio takes none below 1 ms
 */
export function* durationFindings(
  rule: string,
  name: string,
  value: Duration | undefined,
  least = 1,
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
  }
}
