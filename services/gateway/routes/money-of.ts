import type { z } from 'zod';
import type { Money } from '../../proto/gen/weft/money/v1/money.ts';
import { money } from '../schemas/money.ts';
import { present } from './present.ts';

/** @throws ZodError when the callee names a currency that this shop does not trade in */
export function moneyOf(message: Money | undefined): z.output<typeof money> {
  return money.parse(present(message, 'an amount'));
}
