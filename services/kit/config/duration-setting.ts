import { z } from 'zod';
import { type Duration, milliseconds } from '../../../mesh/policy/duration.ts';

/** A setting such as `250ms` or `2s`, read as milliseconds. */
export function durationSetting(shortest: Duration, longest: Duration) {
  return z
    .string()
    .transform((text) => milliseconds(text as Duration))
    .refine(
      (ms) => ms >= milliseconds(shortest) && ms <= milliseconds(longest),
      `must be a duration from ${shortest} to ${longest}`,
    );
}
