/**
 * Limits of the shop's data: one declaration for the edge, which documents them in OpenAPI, and for the services, which
 * enforce them for every caller.
 */

/** Largest price of one unit, in minor units. */
export const MAX_PRICE = 1_000_000_000_000;

/**
 * Largest total of an order or a quote, in minor units. A double holds it exactly, and so does a bigint of Postgres.
 */
export const MAX_TOTAL = 9_000_000_000_000_000;

/** ISO 4217 codes of the currencies in which a product may be priced. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK', 'NOK', 'DKK', 'PLN'] as const;

/** Rules of a text. Lengths are in Unicode code points, as JSON Schema and Postgres' char_length count them. */
interface TextLimits {
  readonly min: number;
  readonly max: number;
  /** Whether tabs and line breaks are allowed. */
  readonly lines?: boolean;
  /** Whether the text must have a character other than white space. */
  readonly notBlank?: boolean;
  /** A regular expression that the whole text must match. */
  readonly pattern?: string;
  /** Completes the message for a text that does not match `pattern`. */
  readonly form?: string;
}

export const PRODUCT_NAME = { min: 1, max: 200, notBlank: true } as const satisfies TextLimits;
export const PRODUCT_DESCRIPTION = { min: 0, max: 5_000, lines: true } as const satisfies TextLimits;
export const PRODUCT_QUERY = { min: 0, max: 200 } as const satisfies TextLimits;
export const PAYMENT_TOKEN = { min: 1, max: 100 } as const satisfies TextLimits;
export const ACCOUNT_NAME = { min: 1, max: 200, notBlank: true } as const satisfies TextLimits;
/** The length is that of RFC 5321, 4.5.3.1.3, less the angle brackets. */
export const EMAIL = {
  min: 3,
  max: 254,
  pattern: emailPattern(),
  form: 'an email address, such as name@example.com',
} as const satisfies TextLimits;
/** NIST SP 800-63B, 3.1.1.2. */
export const PASSWORD = { min: 8, max: 256 } as const satisfies TextLimits;

/** Largest stock of a product that may be set. Returns add to it; a 32-bit integer holds 2,000 times as much. */
export const MAX_STOCK = 1_000_000;
/** Items of an order or a cart. */
export const MAX_ITEMS = 100;
/** Units of one product in an order or a cart, over all of its items. */
export const MAX_QUANTITY = 1_000;

/** Returns a pattern of addresses with a dot-atom and a host name (RFC 5322, 3.4.1); quoted names are not accepted. */
function emailPattern(): string {
  const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
  return `^${atom}(?:\\.${atom})*@${label}(?:\\.${label})+$`;
}
