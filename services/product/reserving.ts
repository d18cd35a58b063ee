import type { Pool } from 'pg';
import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { keyViolations } from '../kit/fields/text-rules.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import { Batcher } from '../kit/process/batcher.ts';
import type { ReserveRequest, ReserveResponse } from '../proto/gen/weft/product/v1/product.ts';
import { MAX_TOTAL } from '../proto/limits.ts';
import { mergedItems } from './items.ts';
import { type PricedRow, toPricedItem } from './priced-row.ts';
import { type AskedRow, refuseShort, refuseUnpriceable } from './refuse-items.ts';
import { earlierReservation } from './reservations.ts';

/*
 * Reserves many at once: those that could be reserved whatever becomes of the others, which is all but those that ask for
 * a product of which there is too little for all. By itself, one is reserved when it can be.
 *
 * Why this is right under READ COMMITTED, where each statement has one snapshot and a row that was changed since
 * is read again once its lock is there:
 * - `locked` waits for whoever has the rows, then sees their newest stock. Rows are locked by ascending id, here
 *   and in release.ts, and before anything else is waited for: no deadlock.
 * - `reserved` inserts nothing when a twin was first; the unique index knows of a twin that the snapshot does not.
 *   Keys come in one order: of two that reserve the same, neither waits for the other while that one waits for it.
 * - `taken` and `lines` read FROM what was reserved, not by a subquery: a changed row is evaluated again with that row
 *   as it was, where a subquery would have to run the insertion a second time, which Postgres refuses.
 */
export const RESERVE = `
  WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS asked (order_id, customer_id, idempotency_key)
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

type ReserveRow = AskedRow &
  PricedRow & {
    readonly order_id: string;
    readonly total_amount: string | null;
    readonly total_currency: string;
  };

/** Reservations made by one statement. */
const MOST = 50;

/** Takes the stock of orders. Those that are asked for while it does so are taken together by one statement. */
export class Reserving {
  readonly #pool: Pool;
  readonly #group: Batcher<ReserveRequest, readonly ReserveRow[] | undefined>;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#group = new Batcher(
      (requests) => reserveAll(pool, requests),
      MOST,
      ({ orderId }) => orderId,
    );
  }

  /**
   * Takes the stock of all items at the price of this moment, or nothing. A repeat with the same customer and key
   * answers the first reservation, whatever became of it and of the stock since.
   * @throws ServiceError `out-of-stock`, `unknown-product`, `currency-mismatch`, `invalid-request`;
   * `idempotency-key-reused` for the same key with other items; `invalid-state` for an order that was given up
   */
  async reserve(asked: ReserveRequest): Promise<ReserveResponse> {
    const request = valid(asked);
    const rows = (await this.#group.submit(request)) ?? (await decide(this.#pool, [request]));
    return answer(this.#pool, request, rows);
  }
}

/** The same for one order, by a statement of its own. @throws ServiceError what `Reserving.reserve` throws */
export async function reserve(pool: Pool, asked: ReserveRequest): Promise<ReserveResponse> {
  const request = valid(asked);
  return answer(pool, request, await decide(pool, [request]));
}

/** What was decided for each; undefined for one whose answer depends on the others, which it has to be asked for alone. */
async function reserveAll(
  pool: Pool,
  requests: readonly ReserveRequest[],
): Promise<readonly (readonly ReserveRow[] | undefined)[]> {
  const rows = Map.groupBy(await decide(pool, requests), ({ order_id }) => order_id);
  return requests.map(({ orderId }) => {
    const own = rows.get(orderId) ?? [];
    return requests.length === 1 || isReserved(own) ? own : undefined;
  });
}

async function decide(pool: Pool, requests: readonly ReserveRequest[]): Promise<readonly ReserveRow[]> {
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
    ],
  });
  return rows;
}

function isReserved([first]: readonly ReserveRow[]): boolean {
  return first !== undefined && first.total_amount !== null;
}

async function answer(
  pool: Pool,
  request: ReserveRequest,
  rows: readonly ReserveRow[],
): Promise<ReserveResponse> {
  const [first] = rows;
  if (first && isReserved(rows)) {
    const total = { amount: Number(first.total_amount), currency: first.total_currency };
    return { orderId: request.orderId, items: rows.map(toPricedItem), total };
  }
  // A new statement, and so a new snapshot: it sees the twin that the one before has waited for.
  const earlier = await earlierReservation(pool, request, request.items);
  if (earlier) return earlier;
  refuseUnpriceable(rows);
  refuseShort(rows);
  throw new Error(`reservation of order ${request.orderId} was neither made nor found`);
}

function valid(request: ReserveRequest): ReserveRequest {
  const { orderId, customerId, idempotencyKey, items } = request;
  throwIfInvalid([
    ...uuidViolations(orderId, 'orderId'),
    ...uuidViolations(customerId, 'customerId'),
    ...keyViolations(idempotencyKey, 'idempotencyKey'),
    ...(items.length > 0 ? [] : [{ field: 'items', description: 'is empty; give at least one' }]),
  ]);
  return { ...request, orderId: orderId.toLowerCase(), items: [...mergedItems(items)] };
}
