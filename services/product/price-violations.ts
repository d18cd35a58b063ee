import type { Violation } from '../kit/errors/service-error.ts';
import type { Money } from '../proto/gen/weft/money/v1/money.ts';
import { CURRENCIES, MAX_PRICE } from '../proto/limits.ts';

/**
 * Checks the price of a product.
 * @param field path of the field that holds it
 * @returns each field that breaks its rule; empty when none does
 */
export function priceViolations(price: Money | undefined, field: string): readonly Violation[] {
  if (!price) return [{ field, description: 'is missing; set amount and currency' }];
  const { amount, currency } = price;
  const violations: Violation[] = [];
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > MAX_PRICE) {
    const description = `${amount} is not a whole number of minor units from 0 to ${MAX_PRICE}`;
    violations.push({ field: `${field}.amount`, description });
  }
  if (!CURRENCIES.some((code) => code === currency)) {
    const description = `'${currency.slice(0, 20)}' is not a currency of this shop; use one of ${CURRENCIES.join(', ')}`;
    violations.push({ field: `${field}.currency`, description });
  }
  return violations;
}
