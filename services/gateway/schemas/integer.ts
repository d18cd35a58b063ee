import { z } from 'zod';

/** Digits, as people write them: no other base, exponent, sign, space or leading zero. */
const DECIMAL = /^(0|[1-9]\d{0,15})$/;

/** A whole number in a query string, which is text there, from `min` to `max`. */
export function integer(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value),
    z.int(`must be a whole number from ${min} to ${max}, in decimal digits`).min(min).max(max),
  );
}
