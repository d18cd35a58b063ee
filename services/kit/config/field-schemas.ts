import { z } from 'zod';
import { type Duration, milliseconds } from '../../../mesh/policy/duration.ts';
import { isAddress } from './address.ts';

/** Schema of a duration with its unit. */
export const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && !Number.isNaN(milliseconds(value as Duration)),
  'use a duration with a unit, such as 250ms or 5s',
);

/** Schema of a network address. */
export const address = z.string().refine(isAddress, 'use host:port');

/** Returns the schema of a setting such as `250ms` or `2s`, which is parsed to milliseconds. */
export function durationSetting(min: Duration, max: Duration) {
  return z
    .string()
    .transform((text) => milliseconds(text as Duration))
    .refine(
      (ms) => ms >= milliseconds(min) && ms <= milliseconds(max),
      `must be a duration from ${min} to ${max}`,
    );
}
