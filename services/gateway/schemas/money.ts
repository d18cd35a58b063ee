import { z } from 'zod';
import { CURRENCIES, MAX_AMOUNT } from '../../kit/money.ts';

export const money = z
  .strictObject({
    amount: z.int().min(0).max(MAX_AMOUNT).describe('In minor units: 1250 is 12.50 EUR.'),
    currency: z.enum([...CURRENCIES]).describe('ISO 4217.'),
  })
  .meta({ id: 'Money', examples: [{ amount: 1250, currency: 'EUR' }] });
