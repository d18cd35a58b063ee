import { once } from 'node:events';
import { Pool } from 'undici';
import { LINES } from './sample-order.ts';

/** First message to the process. */
export interface LoadGeneratorOptions {
  /** URL like `http://127.0.0.1:PORT`. */
  readonly gateway: string;
  /** Access tokens of customers, used in turn. */
  readonly tokens: readonly string[];
  readonly productIds: readonly string[];
  /** Number of orders in flight, each on its own keep-alive connection. */
  readonly inFlight: number;
}

/** Answer to each later message, which is a number of orders. */
export interface LoadGeneratorResult {
  /** Orders that were answered 201. */
  readonly placed: number;
  /** Counts of other answers by status; status 0 stands for no answer. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Mean time from a request to the end of its answer, in milliseconds. */
  readonly latencyMs: number;
  /** 99th percentile of that time, in milliseconds. */
  readonly p99Ms: number;
}

/*
 * Process with a closed-loop load generator: each worker sends its next order when the previous one is answered. The parent
 * sends the options first, then repeatedly a number of orders, and receives a result for each.
 */
const [options] = (await once(process, 'message')) as [LoadGeneratorOptions];
const pool = new Pool(options.gateway, { connections: options.inFlight, pipelining: 1 });
const run = crypto.randomUUID();
let sent = 0;
process.on('message', async (orders: number) => process.send?.(await placeOrders(orders)));
process.on('disconnect', () => process.exit());

async function placeOrders(orders: number): Promise<LoadGeneratorResult> {
  const start = performance.now();
  const end = sent + orders;
  const refusals: Record<string, number> = {};
  const latencies: number[] = [];
  let placed = 0;
  const work = async () => {
    while (sent < end) {
      const sentAt = performance.now();
      const status = await sendOrder();
      latencies.push(performance.now() - sentAt);
      if (status === 201) placed++;
      else refusals[status] = (refusals[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: options.inFlight }, work));
  const seconds = (performance.now() - start) / 1_000;
  const latencyMs = latencies.reduce((sum, ms) => sum + ms, 0) / orders;
  const p99Ms = latencies.toSorted((a, b) => a - b)[Math.floor(orders * 0.99)] ?? Number.NaN;
  return { placed, refusals, seconds, latencyMs, p99Ms };
}

/** Sends an order of three products and waits for the end of its answer. @returns its status; 0 if there was none */
function sendOrder(): Promise<number> {
  const number = sent++;
  const { tokens, productIds } = options;
  // Each line draws from its own range of products, so that no order has a product twice.
  const rangeSize = productIds.length / LINES;
  const items = Array.from({ length: LINES }, (_, line) => ({
    productId: productIds[Math.floor((line + Math.random()) * rangeSize)],
    quantity: 1,
  }));
  return new Promise((resolve) => {
    let status = 0;
    pool.dispatch(
      {
        method: 'POST',
        path: '/v1/orders',
        headers: {
          authorization: `Bearer ${tokens[number % tokens.length]}`,
          'content-type': 'application/json',
          'idempotency-key': `${run}-${number}`,
        },
        body: JSON.stringify({ items, payment: { token: 'tok_ok' } }),
      },
      {
        onRequestStart: () => {},
        onResponseStart: (_, code) => {
          status = code;
        },
        onResponseData: () => {},
        onResponseEnd: () => resolve(status),
        onResponseError: () => resolve(0),
      },
    );
  });
}
