import type { Stores } from '../testbed/stores.ts';
import type {
  LedgerCharge,
  LedgerEvent,
  LedgerNotification,
  LedgerOrder,
  LedgerPayment,
  LedgerReservation,
  LedgerSnapshot,
  LedgerStock,
} from './ledger-snapshot.ts';

/** `to_jsonb` makes the amount a number: node-postgres returns a bigint as a string, and no amount here exceeds 2^53. */
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

/** Reads the events of the topic `orders` if the broker is Postgres. */
export function readPostgresEvents(stores: Stores): Promise<readonly LedgerEvent[]> {
  return stores.query<LedgerEvent>('events', POSTGRES_EVENTS);
}

/**
 * Reads a ledger snapshot from the stores of all services.
 * @param events the events of the topic, which the snapshot includes
 */
export async function readLedger(stores: Stores, events: readonly LedgerEvent[]): Promise<LedgerSnapshot> {
  const ids = async (sql: string) =>
    (await stores.query<{ id: string }>('notification', sql)).map(({ id }) => id);
  const [outbox] = await stores.query<{ events: number }>(
    'order',
    'SELECT count(*)::int AS events FROM outbox',
  );
  return {
    orders: await stores.query<LedgerOrder>('order', ORDERS),
    payments: await stores.query<LedgerPayment>('payment', PAYMENTS),
    charges: await stores.query<LedgerCharge>('payment', CHARGES),
    stock: await stores.query<LedgerStock>('product', STOCK),
    reservations: await stores.query<LedgerReservation>('product', RESERVATIONS),
    events,
    notifications: await stores.query<LedgerNotification>('notification', NOTIFICATIONS),
    inboxEventIds: await ids('SELECT event_id AS id FROM inbox'),
    deadLetters: await ids('SELECT event_id AS id FROM dead_letter'),
    outboxLength: outbox?.events ?? 0,
  };
}
