import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { insertBatcher, insertOrders, type NewOrder } from '../../../../services/order/insert-orders.ts';
import { StockReserver, reserve } from '../../../../services/product/reserve.ts';
import type {
  ReserveRequest,
  ReserveResponse,
} from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { type Figure, figureOf } from '../figure.ts';
import { benchStore, CONNECTIONS, PRODUCTS, productId } from './bench-store.ts';
import { LINES, orderOfThree } from './order-of-three.ts';
import { pgbenchOrders } from './pgbench.ts';

const ROUNDS = 5;
const SECONDS = 5;

/** How an order is reserved and inserted. */
interface Placing {
  reserve(request: ReserveRequest): Promise<ReserveResponse>;
  insert(order: NewOrder): Promise<unknown>;
}

/**
 * The database's part of placing an order, by the services' own functions and by pgbench with the same statements: each
 * order by itself, as pgbench does it, and those that wait at the same time together, as the services do it.
 */
export async function databasePart(signal: AbortSignal): Promise<readonly Figure[]> {
  const store = await benchStore();
  const { pool } = store;
  const alone: Placing = {
    reserve: (request) => reserve(pool, request),
    insert: (order) => insertOrders(pool, [order]),
  };
  const reserving = new StockReserver(pool);
  const inserts = insertBatcher(pool);
  const together: Placing = {
    reserve: (request) => reserving.reserve(request),
    insert: (order) => inserts.submit(order),
  };
  try {
    const ratios = { alone: [] as number[], together: [] as number[] };
    // The first round is for the compiler, and for pages that Postgres has not read yet.
    for (let round = 0; round <= ROUNDS; round++) {
      signal.throwIfAborted();
      process.stderr.write(`orders: round ${round} of ${ROUNDS}\n`);
      const peer = await pgbenchOrders(store, SECONDS);
      const rates = { alone: await ordersASecond(alone), together: await ordersASecond(together) };
      if (round === 0) continue;
      ratios.alone.push(rates.alone / peer);
      ratios.together.push(rates.together / peer);
    }
    const figure = `orders of ${LINES} lines, ${CONNECTIONS} connections: reserve and insert, to pgbench`;
    const grouped = `the same, ${CONNECTIONS} at once, which share statements`;
    return [
      figureOf(ratios.alone, { figure, unit: 'ratio', target: 0.8, better: 'higher' }),
      figureOf(ratios.together, { figure: grouped, unit: 'ratio', better: 'higher' }),
    ];
  } finally {
    await store.stop();
  }
}

async function ordersASecond(placing: Placing): Promise<number> {
  const start = performance.now();
  const end = start + SECONDS * 1_000;
  let placed = 0;
  const buy = async () => {
    while (performance.now() < end) {
      const [orderId, customerId, idempotencyKey] = [uuidv7(), uuidv7(), uuidv7()];
      await placing.reserve({ orderId, customerId, idempotencyKey, items: someItems() });
      const order = orderOfThree(orderId, customerId);
      const fingerprint = Buffer.alloc(32, 0x5a);
      await placing.insert({ order, idempotencyKey, fingerprint, paymentToken: 'tok_ok', state: 'paying' });
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
