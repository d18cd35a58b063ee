import { z } from 'zod';
import { type Duration, milliseconds } from '../../../mesh/policy/duration.ts';
import { isAddress } from './address.ts';

/** A length of time with its unit. */
export const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && !Number.isNaN(milliseconds(value as Duration)),
  'give a length of time with its unit, like 250ms or 5s',
);

/** Where something listens. */
export const address = z.string().refine(isAddress, 'give host:port');
