import type pg from 'pg';
import type { Client } from '../../../services/kit/client/client.ts';
import type { EventBroker } from '../../../services/kit/events/event-broker.ts';
import { createOutbox } from '../../../services/kit/events/outbox.ts';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { Watchers } from '../../../services/kit/store/watchers.ts';
import { Metrics } from '../../../services/kit/telemetry/metrics.ts';
import { insertOrders, type NewOrder } from '../../../services/order/insert-orders.ts';
import { migrations } from '../../../services/order/migrations.ts';
import { orderService } from '../../../services/order/order-service.ts';
import { Orphans } from '../../../services/order/orphans.ts';
import { PaymentTokens } from '../../../services/order/payment-tokens.ts';
import { Saga, type SagaOptions } from '../../../services/order/saga.ts';
import { orderChanges } from '../../../services/order/watch-order.ts';
import { migrations as paymentMigrations } from '../../../services/payment/migrations.ts';
import { paymentService } from '../../../services/payment/payment-service.ts';
import { Payments } from '../../../services/payment/payments.ts';
import { TestProvider } from '../../../services/payment/test-provider.ts';
import {
  type Order,
  OrderEvent,
  OrderServiceDefinition,
  type PlaceOrderRequest,
} from '../../../services/proto/gen/weft/order/v1/order.ts';
import { PaymentServiceDefinition } from '../../../services/proto/gen/weft/payment/v1/payment.ts';
import { type ProductHarness, startProduct } from '../product/product-harness.ts';
import { quiet, serve } from '../serve.ts';
import { testPool } from '../test-pool.ts';

const noBroker: EventBroker = {
  kind: 'postgres',
  publish: async () => {},
  subscribe: () => {
    throw new Error('nothing subscribes here');
  },
  close: async () => {},
};

export interface OrderHarness {
  readonly pool: pg.Pool;
  readonly paymentPool: pg.Pool;
  readonly client: Client<OrderServiceDefinition>;
  readonly product: ProductHarness;
  readonly payment: Client<PaymentServiceDefinition>;
  readonly orphans: Orphans;
  /** Starts a saga, and stops the one before. */
  startSaga(overrides?: Partial<SagaOptions>): Promise<Saga>;
  stopSaga(): Promise<void>;
  /** Waits for an order's terminal status, as its customer does. */
  ended(order: Order | undefined): Promise<Order>;
  /** Kinds of the events of an order, in order. */
  events(orderId: string): Promise<readonly string[]>;
  /** Amount that the payment provider has captured for an order, in minor units. */
  heldAmount(orderId: string): Promise<number>;
  /** Whether money of an order is authorized and neither captured nor returned. */
  hanging(orderId: string): Promise<boolean>;
  stop(): Promise<void>;
}

/** The real order, product and payment services over gRPC, each with a database of its own. No saga runs yet. */
export async function startOrder(name: string): Promise<OrderHarness> {
  const product = await startProduct(`${name}-product`);
  const paymentPool = await testPool(`${name}-payment`, paymentMigrations);
  const provider = new TestProvider(paymentPool, 60_000);
  const payment = await serve(PaymentServiceDefinition, paymentService(new Payments(paymentPool), provider));
  const outbox = createOutbox(
    noBroker,
    { publishes: ['orders'], messageTypes: { orders: [OrderEvent.$type] } },
    quiet,
  );
  const pool = await testPool(`${name}-order`, [...outbox.migrations, ...migrations]);
  const watchers = new Watchers<true>();
  const changes = orderChanges(pool, watchers, quiet);
  await changes.start();

  const calls = { pool, product: product.client, payment: payment.client };
  let saga: Saga | undefined;
  const begin = async (newOrder: NewOrder) => {
    if (saga) return saga.begin(newOrder);
    const [isInserted = false] = await insertOrders(pool, [newOrder]);
    return isInserted;
  };
  const placing = { product: product.client, tokens: new PaymentTokens(payment.client), begin };
  const order = await serve(OrderServiceDefinition, orderService(pool, placing, watchers));
  const orphans = new Orphans({
    pool,
    product: product.client,
    log: quiet,
    everyMs: 3_600_000,
    ageMs: 0,
    begin,
  });

  const harness: OrderHarness = {
    pool,
    paymentPool,
    client: order.client,
    product,
    payment: payment.client,
    orphans,
    startSaga: async (overrides = {}) => {
      await harness.stopSaga();
      const options = {
        concurrency: 16,
        pollMs: 20,
        paymentLimitMs: 600_000,
        log: quiet,
        metrics: new Metrics(),
        onEvent: () => {},
      };
      saga = new Saga({ ...calls, ...options, ...overrides });
      saga.start();
      return saga;
    },
    stopSaga: async () => {
      await saga?.stop();
      saga = undefined;
    },
    ended: async (placed) => {
      const { id = '', customerId = '' } = placed ?? {};
      let current = placed;
      for await (const { order: now } of order.client.watchOrder({ id, customerId })) current = now;
      if (!current) throw new Error('the order was never reported');
      return current;
    },
    events: async (orderId) => {
      const { rows } = await pool.query<{ kind: string }>(
        `SELECT data ->> 'kind' AS kind FROM outbox WHERE key = $1 ORDER BY seq`,
        [orderId],
      );
      return rows.map((row) => row.kind);
    },
    heldAmount: async (orderId) => {
      const { rows } = await paymentPool.query<{ amount: number }>(
        `SELECT coalesce(sum(amount), 0)::int AS amount FROM provider_charge
         WHERE idempotency_key = $1 AND outcome = 'captured'`,
        [orderId],
      );
      return rows[0]?.amount ?? -1;
    },
    hanging: async (orderId) => (await provider.find(orderId))?.outcome === 'authorized',
    stop: async () => {
      await harness.stopSaga();
      await orphans.stop();
      await changes.stop();
      await order.close();
      await payment.close();
      await product.stop();
      await Promise.all([pool.end(), paymentPool.end()]);
    },
  };
  return harness;
}

/** Returns a PlaceOrder request of a new customer with a new key, overridden by `fields`. */
export function placing(fields: Partial<PlaceOrderRequest>): PlaceOrderRequest {
  return { customerId: uuidv7(), idempotencyKey: uuidv7(), items: [], paymentToken: 'tok_ok', ...fields };
}
