import { setTimeout as delay } from 'node:timers/promises';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { outboxMigrations } from '../../../../services/kit/events/outbox.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { migrations as notificationMigrations } from '../../../../services/notification/migrations.ts';
import { insertBatcher } from '../../../../services/order/insert-orders.ts';
import { migrations as orderMigrations } from '../../../../services/order/migrations.ts';
import { orderOfThree } from '../orders/order-of-three.ts';
import { type BenchBroker, connectBroker } from './bench-broker.ts';
import { type EventsServer, openStore, quiet } from './events-server.ts';
import { now } from './now.ts';
import { startConsumer } from './start-consumer.ts';

/** What is placed in one round. */
export interface OrderLoad {
  /** Orders a second, begun at even distances. */
  readonly rate: number;
  readonly seconds: number;
  /** What is sent before in the same way and not measured, for compilers and caches. */
  readonly warmUpSeconds: number;
}

const CONNECTIONS = 16;
const FINGERPRINT = Buffer.alloc(32, 0x5a);

/** Milliseconds until the effect of an order's event was committed, of each order of one round. */
export interface Lags {
  /** Counted from when the order was due: what delays the writer delays the effect, and is in it. */
  readonly fromDue: readonly number[];
  /** Counted from when the writer knew of its commit. */
  readonly fromCommit: readonly number[];
}

/**
 * Orders at a constant rate by the statement of the service, which shares it among those that wait, whatever becomes of
 * those before (open loop), their events carried by the relay in the process of the writer, and applied by the shop's
 * notification in another.
 */
export async function measureLag(
  server: EventsServer,
  broker: BenchBroker,
  load: OrderLoad,
  rounds: number,
  signal: AbortSignal,
): Promise<readonly Lags[]> {
  const { kind } = broker;
  const order = await server.store(`order_${kind}`, [...outboxMigrations, ...orderMigrations]);
  const notification = await server.store(`notification_${kind}`, [
    ...inboxMigrations,
    ...notificationMigrations,
  ]);
  const { pool, close } = await openStore(order, CONNECTIONS);
  const publishing = await connectBroker(broker);
  const { outbox } = createEvents(broker.events, publishing, quiet);
  const relay = outbox.relay(pool);
  const inserts = insertBatcher(pool);
  const consumer = await startConsumer({ broker, store: notification, effect: 'notify' });
  try {
    await relay.start();
    // Once this has its effect, the consumer is a member of its group.
    await placeOrder(inserts, outbox.wake, now());
    await consumer.until(1, signal);
    const all: Lags[] = [];
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`events: lag by ${kind}, round ${round} of ${rounds}\n`);
      const before = consumer.count();
      const orders = await placeOrders(inserts, outbox.wake, load, signal);
      await consumer.until(before + orders.length, signal);
      const measured = orders.slice(load.warmUpSeconds * load.rate);
      const effect = ({ id }: Placed) => consumer.applied.get(id) ?? Number.NaN;
      all.push({
        fromDue: measured.map((one) => effect(one) - one.due),
        fromCommit: measured.map((one) => effect(one) - one.committed),
      });
    }
    return all;
  } finally {
    await consumer.stop();
    await relay.stop();
    await publishing.close();
    await close();
  }
}

type Inserts = ReturnType<typeof insertBatcher>;

interface Placed {
  readonly id: string;
  /** As `now` counts. */
  readonly due: number;
  readonly committed: number;
}

async function placeOrders(
  inserts: Inserts,
  wake: () => void,
  { rate, seconds, warmUpSeconds }: OrderLoad,
  signal: AbortSignal,
): Promise<readonly Placed[]> {
  const underWay: Promise<Placed>[] = [];
  const start = now();
  const orders = (warmUpSeconds + seconds) * rate;
  while (underWay.length < orders) {
    signal.throwIfAborted();
    const due = start + (underWay.length * 1_000) / rate;
    const wait = due - now();
    if (wait > 0) await delay(wait);
    else {
      const order = placeOrder(inserts, wake, due);
      // Whoever waits for all is told.
      order.catch(() => {});
      underWay.push(order);
    }
  }
  return await Promise.all(underWay);
}

async function placeOrder(inserts: Inserts, wake: () => void, due: number): Promise<Placed> {
  const [id, customerId, idempotencyKey] = [uuidv7(), uuidv7(), uuidv7()];
  await inserts.submit({
    order: orderOfThree(id, customerId),
    idempotencyKey,
    fingerprint: FINGERPRINT,
    paymentToken: 'tok_ok',
    state: 'paying',
  });
  wake();
  return { id, due, committed: now() };
}
