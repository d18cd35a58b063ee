import type { PoolClient } from 'pg';
import type { Event } from '../kit/events/event.ts';
import { decodeEventBody } from '../kit/events/event-body.ts';
import { UnreadableError } from '../kit/events/permanent-error.ts';
import { OrderEvent } from '../proto/gen/weft/order/v1/order.ts';
import { notificationText } from './notification-text.ts';

const INSERT = `
  INSERT INTO notification (id, customer_id, order_id, text, at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[])
  ON CONFLICT (id) DO NOTHING`;

/**
 * Inserts the notification of an event of topic `orders`. Idempotent.
 * @throws UnreadableError for an event without an order, which is then dead-lettered
 */
export function notifyCustomer(event: Event, tx: PoolClient): Promise<void> {
  return notifyCustomers([event], tx);
}

/** Inserts the notifications of several events. @throws UnreadableError when one of them has no order */
export async function notifyCustomers(events: readonly Event[], tx: PoolClient): Promise<void> {
  const notifications = events.map((event) => {
    const data = decodeEventBody(event, OrderEvent);
    if (!data.order) throw new UnreadableError(`event ${event.id} of type '${event.type}' has no order`);
    return { order: data.order, text: notificationText(data) };
  });
  await tx.query({
    name: 'notify-customers',
    text: INSERT,
    values: [
      events.map(({ id }) => id),
      notifications.map(({ order }) => order.customerId),
      notifications.map(({ order }) => order.id),
      notifications.map(({ text }) => text),
      events.map(({ time }) => time),
    ],
  });
}
