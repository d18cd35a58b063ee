import type { Money } from '../proto/gen/weft/money/v1/money.ts';
import type { Violation } from './service-error.ts';

/** Most minor units that one amount may have: sums of 1,000 such amounts stay exact in a double. */
export const MAX_AMOUNT = 1_000_000_000_000;

/** Most minor units of a total; a double holds it exactly. */
export const MAX_TOTAL = 9_000_000_000_000_000;

/** ISO 4217 codes of the currencies that the shop trades in. */
export const CURRENCIES: ReadonlySet<string> = new Set([
  'EUR',
  'USD',
  'GBP',
  'CHF',
  'JPY',
  'SEK',
  'NOK',
  'DKK',
  'PLN',
]);

/**
 * What is wrong with `money`, as field and description; empty when nothing is.
 * @param field path of the field that holds it
 */
export function moneyViolations(money: Money | undefined, field: string): readonly Violation[] {
  if (!money) return [{ field, description: 'missing; give amount and currency' }];
  const violations: Violation[] = [];
  if (!Number.isSafeInteger(money.amount) || money.amount < 0 || money.amount > MAX_AMOUNT) {
    const description = `${money.amount} is not a whole number of minor units from 0 to ${MAX_AMOUNT}`;
    violations.push({ field: `${field}.amount`, description });
  }
  if (!CURRENCIES.has(money.currency)) {
    const description = `'${money.currency.slice(0, 20)}' is not a currency of this shop; use one of ${[...CURRENCIES].join(', ')}`;
    violations.push({ field: `${field}.currency`, description });
  }
  return violations;
}
