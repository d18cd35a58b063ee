import type pg from 'pg';
import { inboxMigrations } from '../../../services/kit/events/inbox.ts';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { migrations } from '../../../services/notification/migrations.ts';
import { notificationService } from '../../../services/notification/notification-service.ts';
import { notifyCustomers } from '../../../services/notification/notify-customer.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';
import { type OrderHarness, startOrder } from '../order/order-harness.ts';
import { serve } from '../serve.ts';
import { testPool } from '../test-pool.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';

/** A gateway in front of the real product, order, payment and notification services; accounts are a fake. */
export interface RealShop {
  readonly gateway: TestGateway;
  readonly order: OrderHarness;
  /** Hands the events of an order to the notification service. */
  relay(orderId: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startRealShop(name: string): Promise<RealShop> {
  const order = await startOrder(name);
  await order.startSaga();
  const pool = await testPool(`${name}-notification`, [...inboxMigrations, ...migrations]);
  const notification = await serve(NotificationServiceDefinition, notificationService(pool));
  const gateway = await startGateway(
    {},
    { product: order.product.client, order: order.client, notification: notification.client },
  );
  return {
    gateway,
    order,
    relay: (orderId) => relay(order.pool, pool, orderId),
    stop: async () => {
      await gateway.stop();
      await notification.close();
      await pool.end();
      await order.stop();
    },
  };
}

async function relay(from: pg.Pool, to: pg.Pool, orderId: string): Promise<void> {
  const { rows } = await from.query('SELECT topic, type, key, data FROM outbox WHERE key = $1', [orderId]);
  const tx = await to.connect();
  try {
    const time = new Date().toISOString();
    await notifyCustomers(
      rows.map(({ topic, type, key, data }) => ({ id: uuidv7(), topic, type, key, time, data })),
      tx,
    );
  } finally {
    tx.release();
  }
}
