import type { NewEvent } from '../kit/events/event.ts';
import { type Order, OrderEvent } from '../proto/gen/weft/order/v1/order.ts';

/** Returns an event of topic `orders`. Events of one order stay in order. */
export function orderEvent(kind: 'placed' | 'confirmed' | 'cancelled', order: Order): NewEvent {
  return {
    topic: 'orders',
    type: OrderEvent.$type,
    key: order.id,
    data: OrderEvent.toJSON({ kind, order }),
  };
}
