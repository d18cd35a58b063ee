import { z } from 'zod';
import { CURRENCIES, MAX_PRICE } from '../../proto/limits.ts';

export const MINOR_UNITS = 'In minor units: 1250 is 12.50 EUR.';

/** A price in a request. */
export const price = z
  .strictObject({
    amount: z.int().min(0).max(MAX_PRICE).describe(MINOR_UNITS),
    currency: z.enum(CURRENCIES).describe('ISO 4217 code.'),
  })
  .meta({ id: 'Price', examples: [{ amount: 1250, currency: 'EUR' }] });

/**
 * An amount in a response. It allows more than a price: totals are larger, and an earlier order stays readable after a
 * limit or a currency changed.
 */
export const money = z
  .strictObject({
    amount: z.int().min(0).describe(MINOR_UNITS),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe('ISO 4217 code.'),
  })
  .meta({ id: 'Money', examples: [{ amount: 1250, currency: 'EUR' }] });
