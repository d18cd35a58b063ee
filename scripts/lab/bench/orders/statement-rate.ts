import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { insertBatcher, insertOrders, type NewOrder } from '../../../../services/order/insert-orders.ts';
import { reserve, StockReserver } from '../../../../services/product/reserve.ts';
import type {
  ReserveRequest,
  ReserveResponse,
} from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { type Figure, summarize } from '../figure.ts';
import { CONNECTIONS, PRODUCTS, productId, startBenchStore } from './bench-store.ts';
import { runPgbench } from './pgbench.ts';
import { createSampleOrder, LINES } from './sample-order.ts';

const ROUNDS = 5;
const SECONDS = 5;

/** Statements that place an order. */
interface PlacementStatements {
  reserve(request: ReserveRequest): Promise<ReserveResponse>;
  insert(order: NewOrder): Promise<unknown>;
}

/**
 * Measures the SQL statements of placing an order with the functions of the services, as a ratio to pgbench with the same
 * statements. Orders are placed one per statement, as pgbench does, and batched, as the services do.
 */
export async function measureStatementRate(signal: AbortSignal): Promise<readonly Figure[]> {
  const store = await startBenchStore();
  const { pool } = store;
  const unbatched: PlacementStatements = {
    reserve: (request) => reserve(pool, request),
    insert: (order) => insertOrders(pool, [order]),
  };
  const reserver = new StockReserver(pool);
  const inserts = insertBatcher(pool);
  const batched: PlacementStatements = {
    reserve: (request) => reserver.reserve(request),
    insert: (order) => inserts.submit(order),
  };
  try {
    const ratios = { unbatched: [] as number[], batched: [] as number[] };
    // The first round warms up the JIT compiler and the caches of Postgres.
    for (let round = 0; round <= ROUNDS; round++) {
      signal.throwIfAborted();
      process.stderr.write(`orders: round ${round} of ${ROUNDS}\n`);
      const pgbenchRate = await runPgbench(store, SECONDS);
      const rates = { unbatched: await measureRate(unbatched), batched: await measureRate(batched) };
      if (round === 0) continue;
      ratios.unbatched.push(rates.unbatched / pgbenchRate);
      ratios.batched.push(rates.batched / pgbenchRate);
    }
    const figure = `orders of ${LINES} lines, ${CONNECTIONS} connections: reserve and insert, relative to pgbench`;
    const batchedFigure = `the same, ${CONNECTIONS} at once, batched`;
    return [
      summarize(ratios.unbatched, { figure, unit: 'ratio', target: 0.8, better: 'higher' }),
      summarize(ratios.batched, { figure: batchedFigure, unit: 'ratio', better: 'higher' }),
    ];
  } finally {
    await store.stop();
  }
}

/** Measures orders per second. */
async function measureRate(statements: PlacementStatements): Promise<number> {
  const start = performance.now();
  const end = start + SECONDS * 1_000;
  let placed = 0;
  const work = async () => {
    while (performance.now() < end) {
      const [orderId, customerId, idempotencyKey] = [uuidv7(), uuidv7(), uuidv7()];
      await statements.reserve({ orderId, customerId, idempotencyKey, items: drawItems() });
      const order = createSampleOrder(orderId, customerId);
      const fingerprint = Buffer.alloc(32, 0x5a);
      await statements.insert({
        order,
        idempotencyKey,
        fingerprint,
        paymentToken: 'tok_ok',
        state: 'paying',
      });
      placed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return placed / ((performance.now() - start) / 1_000);
}

/** Draws three products, each from its own range, so that none occurs twice. */
function drawItems() {
  const rangeSize = PRODUCTS / LINES;
  return Array.from({ length: LINES }, (_, line) => ({
    productId: productId(Math.floor((line + Math.random()) * rangeSize) + 1),
    quantity: 1,
  }));
}
