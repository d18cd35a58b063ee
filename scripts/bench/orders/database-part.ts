import { uuidv7 } from '../../../services/kit/uuidv7.ts';
import { insertOrder } from '../../../services/order/insert-order.ts';
import { reserve } from '../../../services/product/reserve.ts';
import { type Figure, figureOf } from '../figure.ts';
import { type BenchStore, benchStore, CONNECTIONS, PRODUCTS, productId } from './bench-store.ts';
import { LINES, orderOfThree } from './order-of-three.ts';
import { pgbenchOrders } from './pgbench.ts';

const ROUNDS = 5;
const SECONDS = 5;

/** The database's part of placing an order, by the services' own functions and by pgbench with the same statements. */
export async function databasePart(signal: AbortSignal): Promise<readonly Figure[]> {
  const store = await benchStore();
  try {
    const ratios: number[] = [];
    // The first round is for the compiler, and for pages that Postgres has not read yet.
    for (let round = 0; round <= ROUNDS; round++) {
      signal.throwIfAborted();
      process.stderr.write(`orders: round ${round} of ${ROUNDS}\n`);
      const peer = await pgbenchOrders(store, SECONDS);
      const ours = await ordersASecond(store);
      if (round > 0) ratios.push(ours / peer);
    }
    const figure = `orders of ${LINES} lines, ${CONNECTIONS} connections: reserve and insert, to pgbench`;
    return [figureOf(ratios, { figure, unit: 'ratio', target: 0.8, better: 'higher' })];
  } finally {
    await store.stop();
  }
}

async function ordersASecond({ pool }: BenchStore): Promise<number> {
  const start = performance.now();
  const end = start + SECONDS * 1_000;
  let placed = 0;
  const buy = async () => {
    while (performance.now() < end) {
      const [orderId, customerId, idempotencyKey] = [uuidv7(), uuidv7(), uuidv7()];
      await reserve(pool, { orderId, customerId, idempotencyKey, items: someItems() });
      const order = orderOfThree(orderId, customerId);
      const fingerprint = Buffer.alloc(32, 0x5a);
      await insertOrder(pool, {
        order,
        idempotencyKey,
        fingerprint,
        paymentToken: 'tok_ok',
        state: 'paying',
      });
      placed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, buy));
  return placed / ((performance.now() - start) / 1_000);
}

/** No product twice. */
function someItems() {
  const part = PRODUCTS / LINES;
  return Array.from({ length: LINES }, (_, line) => ({
    productId: productId(Math.floor((line + Math.random()) * part) + 1),
    quantity: 1,
  }));
}
