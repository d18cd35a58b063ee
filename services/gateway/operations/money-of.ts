import type { z } from 'zod';
import type { Money } from '../../proto/gen/weft/money/v1/money.ts';
import { money } from '../schemas/money.ts';
import { present } from './present.ts';

/**
 * Converts an amount. @throws Error if the callee omitted it, or it is not a whole number of minor units of a currency
 */
export function moneyOf(message: Money | undefined): z.output<typeof money> {
  return money.parse(present(message, 'an amount'));
}
