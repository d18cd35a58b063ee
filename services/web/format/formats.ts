import { LRUCache } from 'lru-cache';
import type { Money } from '../../proto/gen/weft/money/v1/money.ts';

/** Formats of one locale. The text around them is English. */
export interface Formats {
  readonly locale: string;
  /** Formats an amount: `€24.90`. */
  money(amount: Money | undefined): string;
  /** Formats a whole number: `1,000`. */
  number(value: number): string;
  /** Formats an instant in UTC, because a server does not know the time zone of a browser. */
  time(instant: Date | undefined): string;
}

/** Locales with cached formats. A header can name any of about a thousand. */
const MAX_LOCALES = 100;

const cached = new LRUCache<string, Formats>({ max: MAX_LOCALES });

/** Returns the formats of a locale. */
export function formatsOf(locale: string): Formats {
  const existing = cached.get(locale);
  if (existing) return existing;
  const formats = createFormats(locale);
  cached.set(locale, formats);
  return formats;
}

function createFormats(locale: string): Formats {
  const integers = new Intl.NumberFormat(locale, { numberingSystem: 'latn' });
  const times = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
    numberingSystem: 'latn',
    calendar: 'gregory',
  });
  const currencies = new Map<string, Intl.NumberFormat>();
  return {
    locale,
    money(amount) {
      if (!amount) return '–';
      const format = currencies.get(amount.currency) ?? currencyFormat(locale, amount.currency);
      currencies.set(amount.currency, format);
      return format.format(amount.amount / 10 ** fractionDigits(format));
    },
    number: (value) => integers.format(value),
    time: (instant) => (instant ? `${times.format(instant)} UTC` : ''),
  };
}

/** Returns the number of minor units in a unit of `currency`, as a power of ten: 2 for EUR, 0 for JPY. */
export function minorDigits(currency: string): number {
  return fractionDigits(currencyFormat('en', currency));
}

function currencyFormat(locale: string, currency: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency, numberingSystem: 'latn' });
}

function fractionDigits(format: Intl.NumberFormat): number {
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
