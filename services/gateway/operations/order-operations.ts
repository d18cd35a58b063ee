import type { z } from 'zod';
import { subjectOf } from '../../kit/edge/bearer.ts';
import type { Order } from '../../proto/gen/weft/order/v1/order.ts';
import type { Clients } from '../clients.ts';
import { defineOperation } from '../http/define-operation.ts';
import type { HttpOperations } from '../http/route.ts';
import { byId } from '../schemas/identifier.ts';
import {
  orderHeaders,
  orderPage,
  orderRequest,
  order as orderSchema,
  orderStatus,
  placedOrder,
} from '../schemas/order.ts';
import { pageQuery } from '../schemas/page.ts';
import { each } from './each.ts';
import { moneyOf } from './money-of.ts';
import { nextCursor, present } from './present.ts';
import { pricedItemOf } from './priced-item-of.ts';

/** Returns the operations for a customer's orders. */
export function orderOperations({ order }: Pick<Clients, 'order'>): HttpOperations {
  return {
    placeOrder: defineOperation({
      tag: 'Orders',
      summary: 'Place an order',
      description:
        'An order is placed once per Idempotency-Key. A repeated request returns the status and body of the first response. A new order is `pending`; watch its events until it is `confirmed` or `cancelled`.',
      needsBearer: true,
      headers: orderHeaders,
      fields: { idempotencyKey: 'idempotency-key', paymentToken: 'payment.token' },
      body: { kind: 'json', schema: orderRequest },
      answer: {
        status: 201,
        kind: 'json',
        description: 'The order as it was placed.',
        schema: placedOrder,
        headers: { location: 'Path of the order.' },
      },
      errors: [
        'idempotency-key-missing',
        'idempotency-key-reused',
        'out-of-stock',
        'unknown-product',
        'unknown-payment-token',
        'currency-mismatch',
        'price-changed',
      ],
      async handle({ bearer, headers, body, context }) {
        const response = await order.placeOrder(
          {
            customerId: subjectOf(bearer),
            idempotencyKey: headers['idempotency-key'],
            items: body.items,
            paymentToken: body.payment.token,
            ...(body.expectedTotal && { expectedTotal: body.expectedTotal }),
          },
          { context },
        );
        const placed = placedOrderOf(present(response.order, 'the order'));
        return { headers: { location: `/v1/orders/${placed.id}` }, body: placed };
      },
    }),
    listOrders: defineOperation({
      tag: 'Orders',
      summary: 'List your orders',
      needsBearer: true,
      query: pageQuery,
      answer: {
        status: 200,
        kind: 'json',
        description: 'A page of orders, newest first.',
        schema: orderPage,
      },
      async handle({ bearer, query, context }) {
        const page = await order.listOrders({ customerId: subjectOf(bearer), ...query }, { context });
        return { body: { items: page.items.map(orderOf), nextCursor: nextCursor(page.nextCursor) } };
      },
    }),
    getOrder: defineOperation({
      tag: 'Orders',
      summary: 'Get one of your orders',
      needsBearer: true,
      params: byId,
      answer: { status: 200, kind: 'json', description: 'The order.', schema: orderSchema },
      async handle({ bearer, params: { id }, context }) {
        const response = await order.getOrder({ id, customerId: subjectOf(bearer) }, { context });
        return { body: orderOf(response.order) };
      },
    }),
    watchOrder: defineOperation({
      tag: 'Orders',
      summary: 'Watch one of your orders',
      description:
        'Sends the order now and after each change of its status. The stream ends when the order is confirmed or cancelled.',
      needsBearer: true,
      params: byId,
      answer: {
        status: 200,
        kind: 'events',
        event: 'order',
        description: 'Server-sent events.',
        schema: orderSchema,
      },
      handle({ bearer, params: { id }, context }) {
        const changes = order.watchOrder({ id, customerId: subjectOf(bearer) }, { context });
        return { body: each(changes, (change) => orderOf(change.order)) };
      },
    }),
  };
}

function placedOrderOf({ id, status, total, items }: Order): z.output<typeof placedOrder> {
  return { id, status: orderStatus.parse(status), total: moneyOf(total), items: items.map(pricedItemOf) };
}

function orderOf(order: Order | undefined): z.output<typeof orderSchema> {
  const existing = present(order, 'the order');
  return {
    ...placedOrderOf(existing),
    ...(existing.reason && { reason: existing.reason }),
    placedAt: present(existing.placedAt, 'the time of the order').toISOString(),
  };
}
