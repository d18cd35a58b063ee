import { subjectOf } from '../../kit/edge/bearer.ts';
import { serviceError } from '../../kit/errors/service-error.ts';
import type { Order } from '../../proto/gen/weft/order/v1/order.ts';
import type { PageHandlers } from '../http/page-handler.ts';
import { cartView } from '../views/cart-view.ts';
import { notificationsView } from '../views/notification-view.ts';
import { statusText } from '../views/order-status.ts';
import { ordersView, orderView } from '../views/order-view.ts';
import { addToCart, readPricedCart } from './cart-pages.ts';
import { mapEach } from './map-each.ts';
import type { PageSources } from './page-sources.ts';

/** Orders and notifications of a page. */
const PAGE_SIZE = 20;

/** Returns the pages of a customer's orders and notifications. Orders of other customers do not exist for them. */
export function orderPages({ clients, carts, frame }: PageSources): PageHandlers {
  const { order, notification, product } = clients;
  return {
    showOrders: {
      access: 'account',
      async answer(visit) {
        const { cursor = '' } = visit.query;
        const request = { customerId: subjectOf(visit.bearer), limit: PAGE_SIZE, cursor };
        const { items: orders, nextCursor } = await order.listOrders(request, { context: visit.context });
        return { kind: 'page', body: ordersView(frame, visit, { orders, nextCursor }) };
      },
    },
    showOrder: {
      access: 'account',
      async answer(visit) {
        const { id = '' } = visit.params;
        const request = { id, customerId: subjectOf(visit.bearer) };
        const response = await order.getOrder(request, { context: visit.context });
        return { kind: 'page', body: orderView(frame, visit, existingOrder(response.order)) };
      },
    },
    followOrder: {
      access: 'account',
      isResource: true,
      answer({ params: { id = '' }, bearer, context }) {
        const changes = order.watchOrder({ id, customerId: subjectOf(bearer) }, { context });
        const source = mapEach(changes, (change) => {
          const current = existingOrder(change.order);
          return { status: current.status, ...statusText(current) };
        });
        return { kind: 'events', event: 'order', source };
      },
    },
    orderAgain: {
      access: 'account',
      returnPath: '/orders',
      async answer(visit) {
        const { id = '' } = visit.params;
        const request = { id, customerId: subjectOf(visit.bearer) };
        const { items } = existingOrder((await order.getOrder(request, { context: visit.context })).order);
        const added = await addToCart(visit, carts, items);
        if ('kind' in added) return added;
        const cart = await readPricedCart(visit, carts, product);
        return { kind: 'page', status: 422, body: cartView(frame, visit, cart, added) };
      },
    },
    showNotifications: {
      access: 'account',
      async answer(visit) {
        const { cursor = '' } = visit.query;
        const request = { customerId: subjectOf(visit.bearer), limit: PAGE_SIZE, cursor };
        const page = await notification.listNotifications(request, { context: visit.context });
        const { items: notifications, nextCursor } = page;
        return { kind: 'page', body: notificationsView(frame, visit, { notifications, nextCursor }) };
      },
    },
  };
}

function existingOrder(order: Order | undefined): Order {
  if (!order) throw serviceError('not-found', { metadata: { what: 'order' } });
  return order;
}
