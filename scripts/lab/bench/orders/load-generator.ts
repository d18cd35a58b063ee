import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
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

/** Each later message. */
export interface PlaceOrdersMessage {
  readonly orders: number;
  /** Orders sent per second, at regular intervals. @default as many as the answers permit */
  readonly perSecond?: number | undefined;
}

/** Answer to a PlaceOrdersMessage. */
export interface LoadGeneratorResult {
  /** Orders that were answered 201. */
  readonly placed: number;
  /** Counts of other answers by status; status 0 stands for no answer. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly seconds: number;
  /**
   * Time of each order to the end of its answer, in milliseconds: from the request, or with `perSecond` from the time at
   * which the request was due.
   */
  readonly latenciesMs: readonly number[];
}

/*
 * Process with a load generator: each worker sends its next order when the previous one is answered, and not before it is
 * due. The parent sends the options first, then repeatedly a PlaceOrdersMessage, and receives a result for each.
 */
const [options] = (await once(process, 'message')) as [LoadGeneratorOptions];
const pool = new Pool(options.gateway, { connections: options.inFlight, pipelining: 1 });
const run = crypto.randomUUID();
let sent = 0;
process.on('message', async (request: PlaceOrdersMessage) => process.send?.(await placeOrders(request)));
process.on('disconnect', () => process.exit());

async function placeOrders({ orders, perSecond }: PlaceOrdersMessage): Promise<LoadGeneratorResult> {
  const start = performance.now();
  const first = sent;
  const end = sent + orders;
  const refusals: Record<string, number> = {};
  const latenciesMs: number[] = [];
  let placed = 0;
  const work = async () => {
    while (sent < end) {
      const number = sent++;
      const due =
        perSecond === undefined ? performance.now() : start + ((number - first) * 1_000) / perSecond;
      await delayUntil(due);
      const status = await sendOrder(number);
      latenciesMs.push(performance.now() - due);
      if (status === 201) placed++;
      else refusals[status] = (refusals[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: options.inFlight }, work));
  const seconds = (performance.now() - start) / 1_000;
  return { placed, refusals, seconds, latenciesMs };
}

async function delayUntil(due: number): Promise<void> {
  const milliseconds = due - performance.now();
  if (milliseconds > 0) await delay(milliseconds);
}

/** Sends an order of three products and waits for the end of its answer. @returns its status; 0 if there was none */
function sendOrder(number: number): Promise<number> {
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
