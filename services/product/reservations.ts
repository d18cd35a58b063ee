import type { Pool } from 'pg';
import { invalidField, serviceError } from '../kit/errors/service-error.ts';
import { isUuid } from '../kit/fields/uuid.ts';
import { decodeCursor, encodeCursor } from '../kit/store/cursor.ts';
import { fillPage, MIN_UUID } from '../kit/store/page.ts';
import {
  type Item,
  type ListOpenReservationsRequest,
  type ListOpenReservationsResponse,
  Reservation,
  type ReserveRequest,
  type ReserveResponse,
} from '../proto/gen/weft/product/v1/product.ts';
import { type PricedRow, toPricedItem } from './priced-row.ts';

/** A reservation with its lines. A tombstone has only its order and state. */
const RESERVATION = `
  SELECT order_id, customer_id, idempotency_key, total_amount, total_currency,
    (extract(epoch FROM reserved_at) * 1000000)::bigint::text AS reserved_at_us, (
    SELECT coalesce(jsonb_agg(to_jsonb(line) ORDER BY line.position), '[]')
    FROM reservation_line AS line WHERE line.order_id = reservation.order_id
  ) AS lines
  FROM reservation`;

const SELECT_EARLIER = `${RESERVATION}
  WHERE (customer_id = $1 AND idempotency_key = $2) OR order_id = $3
  ORDER BY customer_id = $1 AND idempotency_key = $2 DESC NULLS LAST LIMIT 1`;

const SELECT_OPEN = `${RESERVATION}
  WHERE state = 'open' AND reserved_at < now() - $1 * interval '1 millisecond'
    AND (reserved_at, order_id) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid)
  ORDER BY reserved_at, order_id LIMIT $4`;

interface ReservationRow {
  readonly order_id: string;
  readonly customer_id: string | null;
  readonly idempotency_key: string | null;
  readonly total_amount: string | null;
  readonly total_currency: string | null;
  /** Microseconds since the epoch; a Date would truncate them to milliseconds. */
  readonly reserved_at_us: string;
  readonly lines: readonly PricedRow[];
}

/**
 * Returns the earlier reservation with the request's key, or undefined.
 * @throws ServiceError `idempotency-key-reused` if it has other items, `invalid-state` if the order is cancelled or its
 *   id belongs to another reservation
 */
export async function earlierReservation(
  pool: Pool,
  request: ReserveRequest,
  items: readonly Item[],
): Promise<ReserveResponse | undefined> {
  const { customerId, idempotencyKey, orderId } = request;
  const { rows } = await pool.query<ReservationRow>({
    name: 'earlier-reservation',
    text: SELECT_EARLIER,
    values: [customerId, idempotencyKey, orderId],
  });
  const row = rows[0];
  if (!row) return undefined;
  if (row.customer_id !== customerId.toLowerCase() || row.idempotency_key !== idempotencyKey) {
    const state = row.customer_id === null ? 'abandoned' : 'reserved with another idempotency key';
    throw serviceError('invalid-state', { metadata: { what: `order ${orderId}`, state } });
  }
  const quantities = new Map(items.map((item) => [item.productId, item.quantity]));
  const hasSameItems =
    quantities.size === row.lines.length &&
    row.lines.every((line) => quantities.get(line.product_id) === line.quantity);
  if (!hasSameItems) throw serviceError('idempotency-key-reused');
  const { items: priced, total } = toReservation(row);
  return { orderId: row.order_id, items: priced, total };
}

/**
 * Reads a page of the reservations that are neither settled nor released, oldest first. A page of large reservations
 * may have fewer than `limit`; only `nextCursor` tells whether more follow.
 * @throws ServiceError `invalid-request` for a limit or cursor that breaks its rule
 */
export async function openReservations(
  pool: Pool,
  { minAgeMs, limit, cursor }: ListOpenReservationsRequest,
): Promise<ListOpenReservationsResponse> {
  if (limit < 1 || limit > 1000) throw invalidField('limit', `${limit} is out of range; use 1 to 1000`);
  const start = decodeCursor(cursor, 2) ?? ['0', MIN_UUID];
  if (!/^\d{1,17}$/.test(start[0] ?? '') || !isUuid(start[1] ?? ''))
    throw invalidField('cursor', 'is not a cursor of this list');
  const { items, nextCursor } = await fillPage(start, limit, {
    read: async ([after, id], count) => {
      const values = [minAgeMs, after, id, count];
      return (await pool.query<ReservationRow>({ name: 'open-reservations', text: SELECT_OPEN, values }))
        .rows;
    },
    keyOf: (row) => [row.reserved_at_us, row.order_id],
    encodeCursor,
    toItem: toReservation,
    type: Reservation,
  });
  return { reservations: items, nextCursor };
}

function toReservation(row: ReservationRow): Reservation {
  return {
    orderId: row.order_id,
    customerId: row.customer_id ?? '',
    idempotencyKey: row.idempotency_key ?? '',
    items: row.lines.map(toPricedItem),
    total: { amount: Number(row.total_amount), currency: row.total_currency ?? '' },
  };
}
