import { setTimeout as delay } from 'node:timers/promises';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { outboxMigrations } from '../../../../services/kit/events/outbox.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { migrations as notificationMigrations } from '../../../../services/notification/migrations.ts';
import { insertBatcher } from '../../../../services/order/insert-orders.ts';
import { migrations as orderMigrations } from '../../../../services/order/migrations.ts';
import { createSampleOrder } from '../orders/sample-order.ts';
import { type BenchBroker, connectBroker } from './bench-broker.ts';
import { type EventsServer, errorLog, openStore } from './events-server.ts';
import { now } from './now.ts';
import { startConsumer } from './start-consumer.ts';

/** Load of one round. */
export interface OrderLoad {
  /** Orders per second, evenly spaced. */
  readonly rate: number;
  readonly seconds: number;
  /** Duration of the same load before the measurement, to warm up the JIT compiler and caches. */
  readonly warmUpSeconds: number;
}

const CONNECTIONS = 16;
const FINGERPRINT = Buffer.alloc(32, 0x5a);

/** Milliseconds until the effect of an order's event was committed, for each order of one round. */
export interface Lags {
  /** Since the order was due. Includes delays of the writer, which avoids coordinated omission. */
  readonly fromDue: readonly number[];
  /** Since the writer learned of the order's commit. */
  readonly fromCommit: readonly number[];
}

/**
 * Measures the lag of events under an open-loop load: orders are placed at a constant rate, regardless of earlier ones, with
 * the batched statement of the order service. The relay runs in the process of the writer, the consumer, with the handler of
 * the notification service, in another.
 */
export async function measureLag(
  server: EventsServer,
  broker: BenchBroker,
  load: OrderLoad,
  rounds: number,
  signal: AbortSignal,
): Promise<readonly Lags[]> {
  const { kind } = broker;
  const order = await server.createStore(`order_${kind}`, [...outboxMigrations, ...orderMigrations]);
  const notification = await server.createStore(`notification_${kind}`, [
    ...inboxMigrations,
    ...notificationMigrations,
  ]);
  const { pool, close } = await openStore(order, CONNECTIONS);
  const brokerConnection = await connectBroker(broker);
  const { outbox } = createEvents(broker.events, brokerConnection, errorLog);
  const relay = outbox.relay(pool);
  const batcher = insertBatcher(pool);
  const consumer = await startConsumer({ broker, store: notification, effect: 'notify' });
  try {
    await relay.start();
    // Once this event is applied, the consumer has joined its group.
    await placeOrder(batcher, outbox.wake, now());
    await consumer.waitFor(1, signal);
    const lags: Lags[] = [];
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`events: lag by ${kind}, round ${round} of ${rounds}\n`);
      const countBefore = consumer.count();
      const orders = await placeOrders(batcher, outbox.wake, load, signal);
      await consumer.waitFor(countBefore + orders.length, signal);
      const measuredOrders = orders.slice(load.warmUpSeconds * load.rate);
      const committedAt = ({ id }: PlacedOrder) => consumer.commitTimes.get(id) ?? Number.NaN;
      lags.push({
        fromDue: measuredOrders.map((order) => committedAt(order) - order.due),
        fromCommit: measuredOrders.map((order) => committedAt(order) - order.committed),
      });
    }
    return lags;
  } finally {
    await consumer.stop();
    await relay.stop();
    await brokerConnection.close();
    await close();
  }
}

type InsertBatcher = ReturnType<typeof insertBatcher>;

interface PlacedOrder {
  readonly id: string;
  /** Time as returned by `now`. */
  readonly due: number;
  readonly committed: number;
}

async function placeOrders(
  batcher: InsertBatcher,
  wake: () => void,
  { rate, seconds, warmUpSeconds }: OrderLoad,
  signal: AbortSignal,
): Promise<readonly PlacedOrder[]> {
  const inFlight: Promise<PlacedOrder>[] = [];
  const start = now();
  const orders = (warmUpSeconds + seconds) * rate;
  while (inFlight.length < orders) {
    signal.throwIfAborted();
    const due = start + (inFlight.length * 1_000) / rate;
    const waitMs = due - now();
    if (waitMs > 0) await delay(waitMs);
    else {
      const order = placeOrder(batcher, wake, due);
      // Promise.all below rejects with the error. Without a handler, it would be an unhandled rejection until then.
      order.catch(() => {});
      inFlight.push(order);
    }
  }
  return await Promise.all(inFlight);
}

async function placeOrder(batcher: InsertBatcher, wake: () => void, due: number): Promise<PlacedOrder> {
  const [id, customerId, idempotencyKey] = [uuidv7(), uuidv7(), uuidv7()];
  await batcher.submit({
    order: createSampleOrder(id, customerId),
    idempotencyKey,
    fingerprint: FINGERPRINT,
    paymentToken: 'tok_ok',
    state: 'paying',
  });
  wake();
  return { id, due, committed: now() };
}
