import { createHash } from 'node:crypto';
import type { Client } from '../kit/client/client.ts';
import { serviceError, throwIfInvalid } from '../kit/errors/service-error.ts';
import { keyViolations, textViolations } from '../kit/fields/text-rules.ts';
import { uuidViolations, uuidv7 } from '../kit/fields/uuid.ts';
import type { CallContext } from '../kit/grpc/handlers.ts';
import type { Batcher } from '../kit/process/batcher.ts';
import type { Order, PlaceOrderRequest } from '../proto/gen/weft/order/v1/order.ts';
import type { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import { PAYMENT_TOKEN } from '../proto/limits.ts';
import type { OrderKey } from './find-orders.ts';
import type { NewOrder } from './insert-orders.ts';
import { type OrderRow, toPlacedOrder } from './order-row.ts';
import type { PaymentTokens } from './payment-tokens.ts';

export interface PlaceOrderDependencies {
  readonly product: Client<ProductServiceDefinition>;
  readonly tokens: PaymentTokens;
  /** Returns the order placed with a key, or undefined. */
  readonly ordersByKey: Pick<Batcher<OrderKey, OrderRow | undefined>, 'submit'>;
  /** Inserts an order and has it processed. Returns false when one with its id or key exists. */
  readonly begin: (order: NewOrder) => Promise<boolean>;
}

/**
 * Places an order, once per customer and idempotency key. Returns the order as it was placed, also for a repeated
 * request; the saga then processes it. A refused order stores nothing and leaves its key free.
 *
 * If this process crashes between the reservation and the order, a repeated request finds the reservation by its key.
 * Without a repeat, orphans.ts releases it.
 * @throws ServiceError `idempotency-key-reused` for the same key with another request; `unknown-payment-token`;
 *   errors of Reserve, such as `price-changed`
 */
export async function placeOrder(
  dependencies: PlaceOrderDependencies,
  request: PlaceOrderRequest,
  context: CallContext,
): Promise<Order> {
  refuseInvalid(request);
  const { customerId, idempotencyKey, items, paymentToken, expectedTotal } = request;
  const { product, tokens, ordersByKey, begin } = dependencies;
  const fingerprint = fingerprintOf(request);
  const [earlier, tokenProblem] = await Promise.all([
    ordersByKey.submit({ customerId, idempotencyKey }),
    tokens.check(paymentToken, context),
  ]);
  // An abandoned order has no fingerprint. Reserve then compares the items of the request instead.
  if (earlier?.fingerprint) return replay(earlier, fingerprint);
  if (tokenProblem) throw tokenProblem;

  const reservation = await product.reserve(
    { customerId, idempotencyKey, orderId: uuidv7(), items, ...(expectedTotal && { expectedTotal }) },
    { context },
  );
  const order: Order = {
    id: reservation.orderId,
    customerId,
    status: 'pending',
    reason: '',
    total: reservation.total,
    items: reservation.items,
    placedAt: new Date(),
  };
  if (await begin({ order, idempotencyKey, fingerprint, paymentToken, state: 'paying' })) return order;
  const existing = await ordersByKey.submit({ customerId, idempotencyKey });
  if (!existing) throw new Error(`order ${order.id} was neither inserted nor found`);
  return replay(existing, fingerprint);
}

function replay(row: OrderRow, fingerprint: Buffer): Order {
  if (row.fingerprint && !row.fingerprint.equals(fingerprint)) throw serviceError('idempotency-key-reused');
  return toPlacedOrder(row);
}

/** Returns the hash of a request. Requests without an expected total keep the hash that they had before it existed. */
function fingerprintOf({ items, paymentToken, expectedTotal }: PlaceOrderRequest): Buffer {
  const requestedItems = items.map((item) => [item.productId.toLowerCase(), item.quantity]);
  const total = expectedTotal ? [[expectedTotal.amount, expectedTotal.currency]] : [];
  return createHash('sha256')
    .update(JSON.stringify([requestedItems, paymentToken, ...total]))
    .digest();
}

function refuseInvalid({ customerId, idempotencyKey, paymentToken }: PlaceOrderRequest): void {
  throwIfInvalid([
    ...uuidViolations(customerId, 'customerId'),
    ...keyViolations(idempotencyKey, 'idempotencyKey'),
    ...textViolations(paymentToken, 'paymentToken', PAYMENT_TOKEN),
  ]);
}
