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
  /** The order that was placed with a key; undefined when there is none. */
  readonly ordersByKey: Pick<Batcher<OrderKey, OrderRow | undefined>, 'submit'>;
  /** Makes an order, and sees to it that it is carried on. False when there is one for its id or key. */
  readonly begin: (order: NewOrder) => Promise<boolean>;
}

/**
 * Places an order, once for each customer and key. It answers the order as it was placed, also to a repeat; what
 * becomes of it is the saga's. A refused order leaves nothing behind and its key free.
 *
 * Should this process end between the reservation and the order, a repeat finds the reservation by its key; if
 * nobody repeats, orphans.ts finds it.
 * @throws ServiceError `idempotency-key-reused` for the same key with another request; `unknown-payment-token`;
 * what Reserve refuses
 */
export async function placeOrder(
  parts: PlaceOrderDependencies,
  request: PlaceOrderRequest,
  context: CallContext,
): Promise<Order> {
  refuseInvalid(request);
  const { customerId, idempotencyKey, items, paymentToken } = request;
  const { product, tokens, ordersByKey, begin } = parts;
  const fingerprint = fingerprintOf(request);
  const [earlier, tokenProblem] = await Promise.all([
    ordersByKey.submit({ customerId, idempotencyKey }),
    tokens.check(paymentToken, context),
  ]);
  // Without a fingerprint it was abandoned; Reserve compares its items.
  if (earlier?.fingerprint) return replay(earlier, fingerprint);
  if (tokenProblem) throw tokenProblem;

  const reservation = await product.reserve(
    { customerId, idempotencyKey, orderId: uuidv7(), items },
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
  const twin = await ordersByKey.submit({ customerId, idempotencyKey });
  if (!twin) throw new Error(`order ${order.id} was neither made nor found`);
  return replay(twin, fingerprint);
}

function replay(row: OrderRow, fingerprint: Buffer): Order {
  if (row.fingerprint && !row.fingerprint.equals(fingerprint)) throw serviceError('idempotency-key-reused');
  return toPlacedOrder(row);
}

function fingerprintOf({ items, paymentToken }: PlaceOrderRequest): Buffer {
  const asked = items.map((item) => [item.productId.toLowerCase(), item.quantity]);
  return createHash('sha256')
    .update(JSON.stringify([asked, paymentToken]))
    .digest();
}

function refuseInvalid({ customerId, idempotencyKey, paymentToken }: PlaceOrderRequest): void {
  throwIfInvalid([
    ...uuidViolations(customerId, 'customerId'),
    ...keyViolations(idempotencyKey, 'idempotencyKey'),
    ...textViolations(paymentToken, 'paymentToken', PAYMENT_TOKEN),
  ]);
}
