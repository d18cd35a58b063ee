import type { PoolClient } from 'pg';
import type { Event } from '../kit/events/event.ts';
import { OrderEvent } from '../proto/gen/weft/order/v1/order.ts';
import { notificationText } from './notification-text.ts';

const INSERT = `
  INSERT INTO notification (id, customer_id, order_id, text, at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (id) DO NOTHING`;

/**
 * Tells the customer of an event in the topic `orders`, once.
 * @throws Error for an event that is not about an order: it ends among the dead letters
 */
export async function notifyCustomer(event: Event, tx: PoolClient): Promise<void> {
  const told = OrderEvent.fromJSON(event.data);
  if (!told.order) throw new Error(`event ${event.id} of type '${event.type}' has no order`);
  const { id, customerId } = told.order;
  await tx.query({
    name: 'notify-customer',
    text: INSERT,
    values: [event.id, customerId, id, notificationText(told), event.time],
  });
}
