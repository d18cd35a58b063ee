import { z } from 'zod';

/** Decimal digits only: no other base, exponent, sign, space or leading zero. */
const DECIMAL = /^(0|[1-9]\d{0,15})$/;

/** Returns the schema of a whole number from `min` to `max` in a query string, where it is text. */
export function integer(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value),
    z.int(`must be a whole number from ${min} to ${max}, in decimal digits`).min(min).max(max),
  );
}
