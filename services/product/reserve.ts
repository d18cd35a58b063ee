import type { Pool } from 'pg';
import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { keyViolations } from '../kit/fields/text-rules.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import { Batcher } from '../kit/process/batcher.ts';
import type { ReserveRequest, ReserveResponse } from '../proto/gen/weft/product/v1/product.ts';
import { MAX_TOTAL } from '../proto/limits.ts';
import { mergedItems } from './items.ts';
import { type PricedRow, toPricedItem } from './priced-row.ts';
import {
  type RequestedRow,
  refuseOutOfStock,
  refusePriceChange,
  refuseUnpriceable,
  totalOf,
} from './refuse-items.ts';
import { earlierReservation } from './reservations.ts';

/*
 * Reserves a batch of orders. An order is reserved if each of its products has enough stock for the whole batch. Orders that
 * compete for scarce stock are left out and decided individually.
 *
 * Correctness under READ COMMITTED, where a statement has one snapshot and rereads a changed row after it locked it:
 * - `locked` waits for row locks, then sees the newest stock. Rows are locked by ascending id, here and in release.ts, and before
 *   any other wait, so that no deadlock is possible.
 * - `reserved` inserts nothing if a concurrent request with the same key was first: the unique index detects a row that the
 *   snapshot does not contain. Rows are inserted in key order, so that concurrent inserts cannot deadlock.
 * - `taken` and `lines` use FROM instead of a subquery. Postgres reevaluates a changed row with the same source row. A
 *   subquery would have to execute the insertion again, which Postgres refuses.
 */
export const RESERVE = `
  WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $7::bigint[], $8::text[])
      AS asked (order_id, customer_id, idempotency_key, expected_amount, expected_currency)
  ), item AS (
    SELECT * FROM unnest($4::uuid[], $5::uuid[], $6::int[]) WITH ORDINALITY
      AS item (order_id, product_id, quantity, position)
  ), locked AS MATERIALIZED (
    SELECT id, name, price_amount, price_currency, stock FROM product
    WHERE id = ANY ($5::uuid[]) ORDER BY id FOR UPDATE
  ), priced AS MATERIALIZED (
    SELECT item.*, name, price_amount, price_currency, stock,
      sum(quantity) OVER (PARTITION BY product_id) AS wanted
    FROM item LEFT JOIN locked ON locked.id = item.product_id
  ), total AS (
    SELECT order_id, sum(price_amount * quantity) AS amount, min(price_currency) AS currency
    FROM priced GROUP BY order_id
    HAVING bool_and(coalesce(stock >= wanted, false))
      AND min(price_currency) = max(price_currency)
      AND sum(price_amount * quantity) <= ${MAX_TOTAL}
  ), reserved AS (
    INSERT INTO reservation (order_id, customer_id, idempotency_key, total_amount, total_currency, state)
    SELECT order_id, customer_id, idempotency_key, amount, currency, 'open' FROM asked JOIN total USING (order_id)
    WHERE expected_amount IS NULL OR (expected_amount = amount AND expected_currency = currency)
    ORDER BY customer_id, idempotency_key
    ON CONFLICT DO NOTHING RETURNING order_id, total_amount, total_currency
  ), sold AS (
    SELECT product_id, sum(quantity) AS quantity FROM priced JOIN reserved USING (order_id) GROUP BY product_id
  ), taken AS (
    UPDATE product SET stock = product.stock - sold.quantity FROM sold WHERE product.id = sold.product_id
  ), lines AS (
    INSERT INTO reservation_line (order_id, position, product_id, quantity, name, price_amount, price_currency)
    SELECT order_id, position, product_id, quantity, name, price_amount, price_currency
    FROM priced JOIN reserved USING (order_id)
  )
  SELECT order_id, product_id, quantity, name, price_amount, price_currency, stock, total_amount, total_currency
  FROM priced LEFT JOIN reserved USING (order_id) ORDER BY position`;

type ReserveRow = RequestedRow &
  PricedRow & {
    readonly order_id: string;
    readonly total_amount: string | null;
    readonly total_currency: string;
  };

/** Maximum number of reservations in a statement. */
const MAX_BATCH_SIZE = 50;

/** Reserves stock for orders. Concurrent requests are batched into one statement. */
export class StockReserver {
  readonly #pool: Pool;
  readonly #batcher: Batcher<ReserveRequest, readonly ReserveRow[] | undefined>;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#batcher = new Batcher(
      (requests) => reserveAll(pool, requests),
      MAX_BATCH_SIZE,
      ({ orderId }) => orderId,
    );
  }

  /**
   * Reserves all items at their current prices, or none. A repeat with the same customer and key returns the first
   * reservation, even if it was released or the stock changed since.
   * @throws ServiceError `out-of-stock`, `unknown-product`, `currency-mismatch`, `price-changed`, `invalid-request`;
   *   `idempotency-key-reused` for the same key with other items; `invalid-state` for a cancelled order
   */
  async reserve(unchecked: ReserveRequest): Promise<ReserveResponse> {
    const request = validRequest(unchecked);
    const rows = (await this.#batcher.submit(request)) ?? (await executeReserve(this.#pool, [request]));
    return toResponse(this.#pool, request, rows);
  }
}

/** Reserves one order by its own statement. @throws ServiceError like `StockReserver.reserve` */
export async function reserve(pool: Pool, unchecked: ReserveRequest): Promise<ReserveResponse> {
  const request = validRequest(unchecked);
  return toResponse(pool, request, await executeReserve(pool, [request]));
}

/** Returns the rows of each request; undefined for a request that must be decided individually. */
async function reserveAll(
  pool: Pool,
  requests: readonly ReserveRequest[],
): Promise<readonly (readonly ReserveRow[] | undefined)[]> {
  const rows = Map.groupBy(await executeReserve(pool, requests), ({ order_id }) => order_id);
  return requests.map(({ orderId }) => {
    const own = rows.get(orderId) ?? [];
    return requests.length === 1 || isReserved(own) ? own : undefined;
  });
}

async function executeReserve(
  pool: Pool,
  requests: readonly ReserveRequest[],
): Promise<readonly ReserveRow[]> {
  const items = requests.flatMap(({ orderId, items: own }) => own.map((item) => ({ orderId, ...item })));
  const { rows } = await pool.query<ReserveRow>({
    name: 'reserve',
    text: RESERVE,
    values: [
      requests.map(({ orderId }) => orderId),
      requests.map(({ customerId }) => customerId),
      requests.map(({ idempotencyKey }) => idempotencyKey),
      items.map(({ orderId }) => orderId),
      items.map(({ productId }) => productId),
      items.map(({ quantity }) => quantity),
      requests.map(({ expectedTotal }) => expectedTotal?.amount),
      requests.map(({ expectedTotal }) => expectedTotal?.currency),
    ],
  });
  return rows;
}

function isReserved([first]: readonly ReserveRow[]): boolean {
  return first !== undefined && first.total_amount !== null;
}

async function toResponse(
  pool: Pool,
  request: ReserveRequest,
  rows: readonly ReserveRow[],
): Promise<ReserveResponse> {
  const [first] = rows;
  if (first && isReserved(rows)) {
    const total = { amount: Number(first.total_amount), currency: first.total_currency };
    return { orderId: request.orderId, items: rows.map(toPricedItem), total };
  }
  // The previous statement waited for a concurrent reservation that its snapshot does not contain. A new statement has
  // a new snapshot, which does.
  const earlier = await earlierReservation(pool, request, request.items);
  if (earlier) {
    refusePriceChange(earlier.total, request.expectedTotal);
    return earlier;
  }
  refuseUnpriceable(rows);
  refuseOutOfStock(rows);
  refusePriceChange(totalOf(rows), request.expectedTotal);
  throw new Error(`reservation of order ${request.orderId} was neither made nor found`);
}

function validRequest(request: ReserveRequest): ReserveRequest {
  const { orderId, customerId, idempotencyKey, items } = request;
  throwIfInvalid([
    ...uuidViolations(orderId, 'orderId'),
    ...uuidViolations(customerId, 'customerId'),
    ...keyViolations(idempotencyKey, 'idempotencyKey'),
    ...(items.length > 0 ? [] : [{ field: 'items', description: 'is empty; list at least one' }]),
  ]);
  return { ...request, orderId: orderId.toLowerCase(), items: [...mergedItems(items)] };
}
