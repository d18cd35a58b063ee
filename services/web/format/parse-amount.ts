import { minorDigits } from './formats.ts';

/**
 * Returns an amount in minor units: 1250 for `12.50` in EUR. Undefined for a text that is not a decimal number, or has
 * more digits than the currency.
 */
export function parseAmount(text: string, currency: string): number | undefined {
  const [, units = '', fraction = ''] = /^(\d{1,10})(?:[.,](\d{1,3}))?$/.exec(text.trim()) ?? [];
  const digits = minorDigits(currency);
  if (units === '' || fraction.length > digits) return undefined;
  return Number(units + fraction.padEnd(digits, '0'));
}
