import type { z } from 'zod';
import type { Money } from '../../proto/gen/weft/money/v1/money.ts';
import { money } from '../schemas/money.ts';
import { present } from './present.ts';

/** @throws Error when the callee left the amount out, or gave one that is no whole number of minor units of a currency */
export function moneyOf(message: Money | undefined): z.output<typeof money> {
  return money.parse(present(message, 'an amount'));
}
