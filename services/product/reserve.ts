import type { Pool } from 'pg';
import { keyViolations } from '../kit/key-violations.ts';
import { MAX_TOTAL } from '../kit/money.ts';
import { refuse } from '../kit/refuse.ts';
import { uuidViolations } from '../kit/uuid-violations.ts';
import type { ReserveRequest, ReserveResponse } from '../proto/gen/weft/product/v1/product.ts';
import { mergedItems } from './items.ts';
import { type PricedRow, toPricedItem } from './priced-row.ts';
import { type AskedRow, refuseShort, refuseUnpriceable } from './refuse-items.ts';
import { earlierReservation } from './reservations.ts';

/*
 * Why this is right under READ COMMITTED, where each statement has one snapshot and a row that was changed since
 * is read again once its lock is there:
 * - `locked` waits for whoever has the rows, then sees their newest stock. Rows are locked by ascending id, here
 *   and in release.ts, and before anything else is waited for: no deadlock.
 * - `reserved` inserts nothing when a twin was first; the unique index knows of a twin that the snapshot does not.
 * - `taken` and `lines` read FROM reserved, not by a subquery: a changed row is evaluated again with that row as
 *   it was, where a subquery would have to run the insertion a second time, which Postgres refuses.
 */
export const RESERVE = `
  WITH asked AS (
    SELECT * FROM unnest($4::uuid[], $5::int[]) WITH ORDINALITY AS asked (product_id, quantity, position)
  ), locked AS MATERIALIZED (
    SELECT id, name, price_amount, price_currency, stock FROM product
    WHERE id = ANY ($4::uuid[]) ORDER BY id FOR UPDATE
  ), priced AS MATERIALIZED (
    SELECT asked.*, name, price_amount, price_currency, stock
    FROM asked LEFT JOIN locked ON locked.id = asked.product_id
  ), total AS (
    SELECT sum(price_amount * quantity) AS amount, min(price_currency) AS currency FROM priced
    HAVING bool_and(coalesce(stock >= quantity, false))
      AND count(DISTINCT price_currency) = 1
      AND sum(price_amount * quantity) <= ${MAX_TOTAL}
  ), reserved AS (
    INSERT INTO reservation (order_id, customer_id, idempotency_key, total_amount, total_currency, state)
    SELECT $1, $2, $3, amount, currency, 'open' FROM total
    ON CONFLICT DO NOTHING RETURNING order_id, total_amount, total_currency
  ), taken AS (
    UPDATE product SET stock = product.stock - priced.quantity
    FROM priced, reserved WHERE product.id = priced.product_id
  ), lines AS (
    INSERT INTO reservation_line (order_id, position, product_id, quantity, name, price_amount, price_currency)
    SELECT order_id, position, product_id, quantity, name, price_amount, price_currency FROM priced, reserved
  )
  SELECT product_id, quantity, name, price_amount, price_currency, stock, total_amount, total_currency
  FROM priced LEFT JOIN reserved ON true ORDER BY position`;

type ReserveRow = AskedRow &
  PricedRow & { readonly total_amount: string | null; readonly total_currency: string };

/**
 * Takes the stock of all items at the price of this moment, or nothing. A repeat with the same customer and key
 * answers the first reservation, whatever became of it and of the stock since.
 * @throws ServiceError `out-of-stock`, `unknown-product`, `currency-mismatch`, `invalid-request`;
 * `idempotency-key-reused` for the same key with other items; `invalid-state` for an order that was given up
 */
export async function reserve(pool: Pool, request: ReserveRequest): Promise<ReserveResponse> {
  const items = validItems(request);
  const { rows } = await pool.query<ReserveRow>({
    name: 'reserve',
    text: RESERVE,
    values: [
      request.orderId,
      request.customerId,
      request.idempotencyKey,
      items.map((item) => item.productId),
      items.map((item) => item.quantity),
    ],
  });
  const first = rows[0];
  if (first && first.total_amount !== null) {
    return {
      orderId: request.orderId.toLowerCase(),
      items: rows.map(toPricedItem),
      total: { amount: Number(first.total_amount), currency: first.total_currency },
    };
  }
  // A new statement, and so a new snapshot: it sees the twin that the one above has waited for.
  const earlier = await earlierReservation(pool, request, items);
  if (earlier) return earlier;
  refuseUnpriceable(rows);
  refuseShort(rows);
  throw new Error(`reservation of order ${request.orderId} was neither made nor found`);
}

function validItems(request: ReserveRequest) {
  const { orderId, customerId, idempotencyKey, items } = request;
  refuse([
    ...uuidViolations(orderId, 'orderId'),
    ...uuidViolations(customerId, 'customerId'),
    ...keyViolations(idempotencyKey, 'idempotencyKey'),
    ...(items.length > 0 ? [] : [{ field: 'items', description: 'is empty; give at least one' }]),
  ]);
  return mergedItems(items);
}
