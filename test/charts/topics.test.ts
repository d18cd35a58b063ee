import { expect, test } from '@jest/globals';
import { loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { typeProblem } from '../../services/kit/events/event-body.ts';
import { orderEvent } from '../../services/order/order-event.ts';
import { OrderEvent } from '../../services/proto/gen/weft/order/v1/order.ts';

test('the order service writes events of a declared type to its outbox', () => {
  const { shop } = synthesizeShop(loadEnvironment('local'));
  const messageTypes = Object.fromEntries(shop.topics.map((topic) => [topic.name, topic.messageTypes]));
  const { order } = OrderEvent.fromJSON({ order: { id: 'order-1' } });
  if (!order) throw new Error('no order');
  expect(messageTypes).toEqual({ orders: ['weft.order.v1.OrderEvent'] });
  expect(typeProblem(orderEvent('placed', order), messageTypes)).toBeUndefined();
});
