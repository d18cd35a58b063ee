import type { PoolClient } from 'pg';
import { bodyOf } from '../kit/events/body.ts';
import type { Event } from '../kit/events/event.ts';
import { UnreadableError } from '../kit/events/unreadable.ts';
import { OrderEvent } from '../proto/gen/weft/order/v1/order.ts';
import { notificationText } from './notification-text.ts';

const INSERT = `
  INSERT INTO notification (id, customer_id, order_id, text, at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (id) DO NOTHING`;

/**
 * Tells the customer of an event in the topic `orders`, once.
 * @throws UnreadableError for an event that is not about an order: it is set aside
 */
export async function notifyCustomer(event: Event, tx: PoolClient): Promise<void> {
  const told = bodyOf(event, OrderEvent);
  if (!told.order) throw new UnreadableError(`event ${event.id} of type '${event.type}' has no order`);
  const { id, customerId } = told.order;
  await tx.query({
    name: 'notify-customer',
    text: INSERT,
    values: [event.id, customerId, id, notificationText(told), event.time],
  });
}
