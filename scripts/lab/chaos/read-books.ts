import type {
  BookedCharge,
  BookedEvent,
  BookedNotification,
  BookedOrder,
  BookedPayment,
  BookedReservation,
  BookedStock,
  Books,
} from './books.ts';
import type { Stores } from './stores.ts';

/** JSON holds a bigint as a number, and no amount here is above 2^53. */
const ORDERS = `
  SELECT id, idempotency_key AS key, state, reason, payment_token AS token, to_jsonb(total_amount) AS amount,
    total_currency AS currency, (
      SELECT coalesce(jsonb_agg(jsonb_build_object('productId', product_id, 'quantity', quantity, 'amount', price_amount)
        ORDER BY position), '[]')
      FROM order_line WHERE order_id = orders.id
    ) AS lines
  FROM orders ORDER BY id`;

const PAYMENTS = 'SELECT order_id AS "orderId", status FROM payment';

const CHARGES = `
  SELECT idempotency_key AS key, outcome, to_jsonb(amount) AS amount, currency FROM provider_charge`;

const STOCK = 'SELECT id AS "productId", stock FROM product';

const RESERVATIONS = `
  SELECT order_id AS "orderId", state, (
    SELECT coalesce(jsonb_agg(jsonb_build_object('productId', product_id, 'quantity', quantity) ORDER BY position), '[]')
    FROM reservation_line AS line WHERE line.order_id = reservation.order_id
  ) AS lines
  FROM reservation`;

const POSTGRES_EVENTS = `SELECT id, key AS "orderId", data ->> 'kind' AS kind FROM event WHERE topic = 'orders' ORDER BY xid, seq`;

const NOTIFICATIONS = 'SELECT id, order_id AS "orderId", text FROM notification';

/** What the topic holds where Postgres carries it. */
export function postgresEvents(stores: Stores): Promise<readonly BookedEvent[]> {
  return stores.query<BookedEvent>('events', POSTGRES_EVENTS);
}

/**
 * Reads the books of all services.
 * @param events what the topic was given
 */
export async function readBooks(stores: Stores, events: readonly BookedEvent[]): Promise<Books> {
  const ids = async (sql: string) =>
    (await stores.query<{ id: string }>('notification', sql)).map(({ id }) => id);
  const [waiting] = await stores.query<{ events: number }>(
    'order',
    'SELECT count(*)::int AS events FROM outbox',
  );
  return {
    orders: await stores.query<BookedOrder>('order', ORDERS),
    payments: await stores.query<BookedPayment>('payment', PAYMENTS),
    charges: await stores.query<BookedCharge>('payment', CHARGES),
    stock: await stores.query<BookedStock>('product', STOCK),
    reservations: await stores.query<BookedReservation>('product', RESERVATIONS),
    events,
    notifications: await stores.query<BookedNotification>('notification', NOTIFICATIONS),
    received: await ids('SELECT event_id AS id FROM inbox'),
    deadLetters: await ids('SELECT event_id AS id FROM dead_letter'),
    outbox: waiting?.events ?? 0,
  };
}
