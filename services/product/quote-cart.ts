import type { Pool } from 'pg';
import type { QuoteCartRequest, QuoteCartResponse } from '../proto/gen/weft/product/v1/product.ts';
import { mergedItems } from './items.ts';
import { type PricedRow, toPricedItem } from './priced-row.ts';
import { type RequestedRow, refuseUnpriceable, totalOf } from './refuse-items.ts';

const QUOTE = `
  SELECT asked.product_id, asked.quantity, name, price_amount, price_currency, stock
  FROM unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS asked (product_id, quantity, position)
  LEFT JOIN product ON product.id = asked.product_id
  ORDER BY asked.position`;

/**
 * Yields the current price of each cart, in the order of the carts. Nothing is reserved. An empty cart has no total.
 * @throws ServiceError `unknown-product`, `currency-mismatch`, `invalid-request`: the stream ends
 */
export async function* quoteCart(
  pool: Pool,
  carts: AsyncIterable<QuoteCartRequest>,
): AsyncGenerator<QuoteCartResponse> {
  for await (const cart of carts) yield await quote(pool, cart);
}

async function quote(pool: Pool, cart: QuoteCartRequest): Promise<QuoteCartResponse> {
  const items = mergedItems(cart.items);
  if (!items.length) return { items: [], total: undefined, shortProductIds: [] };
  const { rows } = await pool.query<RequestedRow & PricedRow>({
    name: 'quote-cart',
    text: QUOTE,
    values: [items.map((item) => item.productId), items.map((item) => item.quantity)],
  });
  refuseUnpriceable(rows);
  return {
    items: rows.map(toPricedItem),
    total: totalOf(rows),
    shortProductIds: rows.filter((row) => (row.stock ?? 0) < row.quantity).map((row) => row.product_id),
  };
}
