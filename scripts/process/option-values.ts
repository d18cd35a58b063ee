import { type Duration, milliseconds } from '../../mesh/policy/duration.ts';
import { UsageError } from './usage-error.ts';

/** Parses a whole number from `min` to `max`. @throws UsageError with the option, the value and the range */
export function parseWholeNumber(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(`--${option} '${text}' must be a whole number from ${min} to ${max}`);
}

/** Parses a duration such as `20s` into milliseconds. @throws UsageError with the option, the value and the maximum */
export function parseDuration(option: string, text: string, max: Duration): number {
  const length = milliseconds(text as Duration);
  if (length > 0 && length <= milliseconds(max)) return length;
  throw new UsageError(`--${option} '${text}' must be a duration of at most ${max}, as in 20s or 2m`);
}

/**
 * Parses an environment variable of a service, `KEY=VALUE`.
 * @throws UsageError with the option, the value and the format
 */
export function parseSetting(option: string, text: string): readonly [key: string, value: string] {
  const [, key, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (key && value !== undefined) return [key, value];
  throw new UsageError(`--${option} '${text}' must be KEY=VALUE, as in WEFT_FAIL_PERCENT=5`);
}

/** Returns the choice that equals `text`. @throws UsageError with the option, the value and the choices */
export function parseChoice<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === text);
  if (choice) return choice;
  throw new UsageError(`--${option} '${text}' must be one of ${choices.join(', ')}`);
}
