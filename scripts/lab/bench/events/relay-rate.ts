import { createEvents } from '../../../../services/kit/events/create-events.ts';
import type { EventBroker } from '../../../../services/kit/events/event-broker.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { insertOrders } from '../../../../services/order/insert-orders.ts';
import { reserve } from '../../../../services/product/reserve.ts';
import { type BenchStore, CONNECTIONS, productId, startBenchStore } from '../orders/bench-store.ts';
import { createSampleOrder, LINES } from '../orders/sample-order.ts';
import { type BenchBroker, connectBroker } from './bench-broker.ts';
import { errorLog } from './events-server.ts';

export const BATCH_SIZE = 100;
const LOAD_SECONDS = 4;
const FINGERPRINT = Buffer.alloc(32, 0x5a);

/** Rates of one round, measured one after the other: orders placed per second, and events relayed per second. */
export interface RelayRates {
  readonly orders: number;
  readonly events: number;
}

/**
 * Measures the relay: places orders with the statements of the services on 16 connections while no relay runs, then relays
 * the events from the outbox in batches of 100.
 */
export async function measureRelay(
  broker: BenchBroker,
  rounds: number,
  signal: AbortSignal,
): Promise<readonly RelayRates[]> {
  const store = await startBenchStore();
  const brokerConnection = await connectBroker(broker);
  const countingBroker = countPublished(brokerConnection);
  const { outbox } = createEvents(broker.events, countingBroker, errorLog, { relayBatchSize: BATCH_SIZE });
  try {
    const rates: RelayRates[] = [];
    // The first round warms up the JIT compiler and the caches of Postgres.
    for (let round = 0; round <= rounds; round++) {
      process.stderr.write(`events: relay to ${broker.kind}, round ${round} of ${rounds}\n`);
      const { placed, seconds } = await placeOrders(store, signal);
      await store.pool.query('ANALYZE outbox');
      const relay = outbox.relay(store.pool);
      const start = performance.now();
      await relay.start();
      await countingBroker.waitFor(placed, signal).finally(() => relay.stop());
      const relaySeconds = (performance.now() - start) / 1_000;
      if (round > 0) rates.push({ orders: placed / seconds, events: placed / relaySeconds });
    }
    return rates;
  } finally {
    await brokerConnection.close();
    await store.stop();
  }
}

async function placeOrders({ pool }: BenchStore, signal: AbortSignal) {
  const start = performance.now();
  const end = start + LOAD_SECONDS * 1_000;
  let placed = 0;
  const work = async () => {
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
          order: createSampleOrder(orderId, customerId),
          idempotencyKey,
          fingerprint: FINGERPRINT,
          paymentToken: 'tok_ok',
          state: 'paying',
        },
      ]);
      placed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  signal.throwIfAborted();
  return { placed, seconds: (performance.now() - start) / 1_000 };
}

/** Wraps a broker so that a caller can wait until it has accepted a number of further events. */
function countPublished(
  broker: EventBroker,
): EventBroker & { waitFor(events: number, signal: AbortSignal): Promise<void> } {
  let published = 0;
  return {
    kind: broker.kind,
    async publish(events) {
      await broker.publish(events);
      published += events.length;
    },
    subscribe: (subscription) => broker.subscribe(subscription),
    close: () => broker.close(),
    async waitFor(events, signal) {
      while (published < events) {
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      published = 0;
    },
  };
}
