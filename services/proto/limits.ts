/**
 * Limits of the shop's data: one declaration for the edge, which documents them in OpenAPI, and for the services, which
 * enforce them whoever calls.
 */

/** Largest price of one unit, in minor units. */
export const MAX_PRICE = 1_000_000_000_000;

/** Largest total of an order or a quote, in minor units. A double holds it exactly, and so does a bigint of Postgres. */
export const MAX_TOTAL = 9_000_000_000_000_000;

/** ISO 4217 codes of the currencies in which a product may be priced. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK', 'NOK', 'DKK', 'PLN'] as const;
