import { type Duration, milliseconds } from '../../mesh/policy/duration.ts';
import { UsageError } from './usage-error.ts';

/** @throws UsageError that names the option, the value and the rule */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`--${option} '${text}' must be a whole number from ${least} to ${most}`);
}

/** @throws UsageError that names the option, the value and the rule */
export function positiveNumber(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new UsageError(`--${option} '${text}' must be a number from 0`);
}

/** Milliseconds of a length of time such as `20s`. @throws UsageError that names the option, the value and the rule */
export function duration(option: string, text: string, most: Duration): number {
  const length = milliseconds(text as Duration);
  if (length > 0 && length <= milliseconds(most)) return length;
  throw new UsageError(`--${option} '${text}' must be a length of time up to ${most}, as in 20s or 2m`);
}

/**
 * A setting of a service, `KEY=VALUE`.
 * @throws UsageError that names the option, the value and the rule
 */
export function setting(option: string, text: string): readonly [key: string, value: string] {
  const [, key, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (key && value !== undefined) return [key, value];
  throw new UsageError(`--${option} '${text}' must be KEY=VALUE, as in WEFT_FAIL_PERCENT=5`);
}

/** @throws UsageError that names the option, the value and the choices */
export function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found) return found;
  throw new UsageError(`--${option} '${text}' must be one of ${choices.join(', ')}`);
}
