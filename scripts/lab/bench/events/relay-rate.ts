import { createEvents } from '../../../../services/kit/events/create-events.ts';
import type { EventBroker } from '../../../../services/kit/events/event-broker.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { insertOrders } from '../../../../services/order/insert-orders.ts';
import { reserve } from '../../../../services/product/reserve.ts';
import { type BenchStore, benchStore, CONNECTIONS, productId } from '../orders/bench-store.ts';
import { LINES, orderOfThree } from '../orders/order-of-three.ts';
import { type BenchBroker, connectBroker } from './bench-broker.ts';
import { quiet } from './events-server.ts';

export const BATCH = 100;
const SECONDS = 4;
const FINGERPRINT = Buffer.alloc(32, 0x5a);

/** Of one round, each by itself: orders a second that are placed, and events a second that the relay carries. */
export interface Rates {
  readonly orders: number;
  readonly events: number;
}

/**
 * Places orders by the statements of the services on 16 connections while no relay runs; then lets a relay of 100 a batch
 * carry what they left in the outbox.
 */
export async function measureRelay(
  broker: BenchBroker,
  rounds: number,
  signal: AbortSignal,
): Promise<readonly Rates[]> {
  const store = await benchStore();
  const publishing = await connectBroker(broker);
  const counted = counting(publishing);
  const { outbox } = createEvents(broker.events, counted, quiet, { relayBatchSize: BATCH });
  try {
    const all: Rates[] = [];
    // The first round is for the compiler, and for pages that Postgres has not read yet.
    for (let round = 0; round <= rounds; round++) {
      process.stderr.write(`events: relay to ${broker.kind}, round ${round} of ${rounds}\n`);
      const { placed, seconds } = await placeOrders(store, signal);
      await store.pool.query('ANALYZE outbox');
      const relay = outbox.relay(store.pool);
      const start = performance.now();
      await relay.start();
      await counted.until(placed, signal).finally(() => relay.stop());
      const carrying = (performance.now() - start) / 1_000;
      if (round > 0) all.push({ orders: placed / seconds, events: placed / carrying });
    }
    return all;
  } finally {
    await publishing.close();
    await store.stop();
  }
}

async function placeOrders({ pool }: BenchStore, signal: AbortSignal) {
  const start = performance.now();
  const end = start + SECONDS * 1_000;
  let placed = 0;
  const buy = async () => {
    while (performance.now() < end && !signal.aborted) {
      const [orderId, customerId, idempotencyKey] = [uuidv7(), uuidv7(), uuidv7()];
      const first = Math.floor(Math.random() * 300) + 1;
      const items = Array.from({ length: LINES }, (_, line) => ({
        productId: productId(first + line * 300),
        quantity: 1,
      }));
      await reserve(pool, { orderId, customerId, idempotencyKey, items });
      await insertOrders(pool, [
        {
          order: orderOfThree(orderId, customerId),
          idempotencyKey,
          fingerprint: FINGERPRINT,
          paymentToken: 'tok_ok',
          state: 'paying',
        },
      ]);
      placed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, buy));
  signal.throwIfAborted();
  return { placed, seconds: (performance.now() - start) / 1_000 };
}

/** `broker`, and a way to wait until it has taken so many more events. */
function counting(
  broker: EventBroker,
): EventBroker & { until(events: number, signal: AbortSignal): Promise<void> } {
  let published = 0;
  return {
    async publish(events) {
      await broker.publish(events);
      published += events.length;
    },
    subscribe: (subscription) => broker.subscribe(subscription),
    close: () => broker.close(),
    async until(events, signal) {
      while (published < events) {
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      published = 0;
    },
  };
}
