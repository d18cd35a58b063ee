import { once } from 'node:events';
import { Pool } from 'undici';
import { LINES } from './order-of-three.ts';

/** What the buyer is told when it starts. */
export interface Purchase {
  /** `http://127.0.0.1:PORT`. */
  readonly gateway: string;
  /** Access tokens of customers, taken in turn. */
  readonly tokens: readonly string[];
  readonly productIds: readonly string[];
  /** Orders under way at once, each on a connection that is kept. */
  readonly inFlight: number;
}

/** What came of a number of orders. */
export interface Bought {
  /** Answers 201. */
  readonly placed: number;
  /** Other answers, by their status; `0` for none. */
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Milliseconds from a request to the end of its answer, mean. */
  readonly latencyMs: number;
}

/*
 * A closed loop of customers, as a process of its own: its parent says what to buy, then again and again how many times,
 * and is told each time what came of it. The next order is sent when an answer is there.
 */
const [purchase] = (await once(process, 'message')) as [Purchase];
const pool = new Pool(purchase.gateway, { connections: purchase.inFlight, pipelining: 1 });
const run = crypto.randomUUID();
let sent = 0;
process.on('message', async (orders: number) => process.send?.(await buy(orders)));
process.on('disconnect', () => process.exit());

async function buy(orders: number): Promise<Bought> {
  const start = performance.now();
  const end = sent + orders;
  const refused: Record<string, number> = {};
  let placed = 0;
  let waitedMs = 0;
  const next = async () => {
    while (sent < end) {
      const asked = performance.now();
      const status = await order();
      waitedMs += performance.now() - asked;
      if (status === 201) placed++;
      else refused[status] = (refused[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: purchase.inFlight }, next));
  return { placed, refused, seconds: (performance.now() - start) / 1_000, latencyMs: waitedMs / orders };
}

/** Sends an order of three products, and waits for the end of its answer. The status; 0 when there was none. */
function order(): Promise<number> {
  const number = sent++;
  const { tokens, productIds } = purchase;
  const part = productIds.length / LINES;
  // No product twice.
  const items = Array.from({ length: LINES }, (_, line) => ({
    productId: productIds[Math.floor((line + Math.random()) * part)],
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
