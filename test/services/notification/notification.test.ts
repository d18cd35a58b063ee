import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Event } from '../../../services/kit/events/event.ts';
import { inboxMigrations, receiver } from '../../../services/kit/events/inbox.ts';
import { batchReceiver } from '../../../services/kit/events/receive-batch.ts';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { migrations } from '../../../services/notification/migrations.ts';
import { notificationService } from '../../../services/notification/notification-service.ts';
import { notifyCustomer, notifyCustomers } from '../../../services/notification/notify-customer.ts';
import { orderEvent } from '../../../services/order/order-event.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';
import type { Order } from '../../../services/proto/gen/weft/order/v1/order.ts';
import { quiet, type Served, serve } from '../serve.ts';
import { testPool } from '../test-pool.ts';

let pool: pg.Pool;
let served: Served<NotificationServiceDefinition>;
let receive: (event: Event, signal: AbortSignal) => Promise<void>;
let receiveAll: (events: readonly Event[], signal: AbortSignal) => Promise<number>;

beforeAll(async () => {
  pool = await testPool('notification', [...inboxMigrations, ...migrations]);
  served = await serve(NotificationServiceDefinition, notificationService(pool));
  const options = { topic: 'orders', group: 'notification', handle: notifyCustomer };
  receive = receiver(pool, options, quiet, { retry: { maxAttempts: 2, initialPauseMs: 1 } });
  receiveAll = batchReceiver(pool, { ...options, handleBatch: notifyCustomers }, receive, quiet);
});
afterAll(async () => {
  await served.close();
  await pool.end();
});

const never = new AbortController().signal;

function order(changes: Partial<Order> = {}): Order {
  return {
    id: uuidv7(),
    customerId: uuidv7(),
    status: 'pending',
    reason: '',
    total: { amount: 2_490, currency: 'EUR' },
    items: [],
    placedAt: new Date(),
    ...changes,
  };
}

function event(kind: 'placed' | 'confirmed' | 'cancelled', about: Order): Event {
  return { ...orderEvent(kind, about), id: uuidv7(), time: new Date().toISOString() };
}

const list = (customerId: string, limit = 0, cursor = '') =>
  served.client.listNotifications({ customerId, limit, cursor });

describe('a customer', () => {
  test('receives a notification of each event of an order, newest first', async () => {
    const placed = order();
    for (const kind of ['placed', 'confirmed'] as const) await receive(event(kind, placed), never);
    const { items } = await list(placed.customerId);
    expect(items.map((item) => item.text)).toEqual([
      `Your order ${placed.id} of €24.90 was confirmed.`,
      `Your order ${placed.id} of €24.90 was placed.`,
    ]);
    expect(items.map((item) => item.orderId)).toEqual([placed.id, placed.id]);
  });

  test.each([
    [{ reason: 'payment-declined' }, 'of €24.90 was cancelled: the payment was declined.'],
    [{ reason: 'something new' }, 'of €24.90 was cancelled.'],
    [{ total: { amount: 900, currency: 'JPY' } }, 'of ¥900 was cancelled.'],
  ])('is notified of a cancellation because of %j', async (changes, text) => {
    const cancelled = order(changes);
    await receive(event('cancelled', cancelled), never);
    expect((await list(cancelled.customerId)).items[0]?.text).toContain(text);
  });

  test('is notified once, however often and concurrently the event is delivered', async () => {
    const placed = order();
    const texts = event('placed', placed);
    await Promise.all(Array.from({ length: 20 }, () => receive(texts, never)));
    expect((await list(placed.customerId)).items).toHaveLength(1);
  });

  test('lists notifications in pages, and none of another customer', async () => {
    const placed = order();
    for (let index = 0; index < 5; index++) await receive(event('placed', placed), never);
    const items = [];
    let cursor = '';
    do {
      const page = await list(placed.customerId, 2, cursor);
      items.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(items).toHaveLength(5);
    expect(items).toEqual(items.toSorted().toReversed());
    expect((await list(uuidv7())).items).toEqual([]);
  });
});

describe('events that come together', () => {
  const texts = async (customerId: string) => (await list(customerId)).items.map(({ text }) => text);

  test('are applied in order and once, including duplicates', async () => {
    const about = order();
    const [placed, confirmed] = [event('placed', about), event('confirmed', about)];
    await receive(placed, never);
    await Promise.all([1, 2].map(() => receiveAll([placed, confirmed, confirmed], never)));
    expect(await texts(about.customerId)).toEqual([
      expect.stringContaining('confirmed'),
      expect.stringContaining('placed'),
    ]);
  });
});

test('an event of a newer publisher with unknown fields and kinds is applied', async () => {
  const shipped = order();
  const newer = { ...event('confirmed', shipped), data: { ...newerBody(shipped), carrier: { name: 'x' } } };
  await receive(newer, never);
  const { items } = await list(shipped.customerId);
  expect(items.map(({ text }) => text)).toEqual([`Your order ${shipped.id} of €24.90 was shipped.`]);
});

function newerBody(shipped: Order): object {
  const { order: texts } = event('confirmed', shipped).data as { readonly order: object };
  return { kind: 'shipped', order: { ...texts, gift: true } };
}

test('an event of an unknown order is applied, because events are self-contained', async () => {
  const unheard = order({ status: 'confirmed' });
  await receive({ ...event('confirmed', unheard), key: 'an order that does not exist' }, never);
  expect((await list(unheard.customerId)).items.map(({ orderId }) => orderId)).toEqual([unheard.id]);
});

test.each<[string, Partial<Event>, string]>([
  ['is not about an order', { data: { kind: 'placed' } }, 'has no order'],
  ['has a body of another version', { type: 'weft.order.v2.OrderEvent' }, 'not weft.order.v1.OrderEvent'],
])('an event that %s is dead-lettered, and the next is applied', async (_, changes, reason) => {
  const broken = { ...event('placed', order()), ...changes };
  await receive(broken, never);
  const { rows } = await pool.query('SELECT reason, attempts FROM dead_letter WHERE event_id = $1', [
    broken.id,
  ]);
  expect(rows).toEqual([{ reason: expect.stringContaining(reason), attempts: 1 }]);
  const next = order();
  await receive(event('placed', next), never);
  expect((await list(next.customerId)).items).toHaveLength(1);
});

test.each([
  ["' OR 1=1 --", 0, ''],
  [uuidv7(), 101, ''],
  [uuidv7(), -1, ''],
  [uuidv7(), 1, 'x'],
])('the list of %s, %d, %s is refused', async (customerId, limit, cursor) => {
  await expect(list(customerId, limit, cursor)).rejects.toMatchObject({ code: 'invalid-request' });
});
