import { randomUUID } from 'node:crypto';
import type { Customer } from '../shop/customer.ts';
import { generateLoad } from './load-generator.ts';

export interface CustomerLoadResult {
  readonly sent: number;
  /** Ids of the orders that were answered 201. */
  readonly orders: readonly string[];
  /** Requests without the expected answer: time, kind, and the answer. */
  readonly failures: readonly string[];
}

/** At most 10 requests a second, so that most of the CPU is left for starting pods. */
const PACE = { concurrency: 2, intervalMs: 200 };
/** Every Nth request places an order; the others read products. */
const ORDER_INTERVAL = 5;

/** Reads products and places orders as one customer until `stop` aborts. */
export async function runCustomerLoad(
  customer: Customer,
  productId: string,
  stop: AbortSignal,
): Promise<CustomerLoadResult> {
  const orders: string[] = [];
  const failures: string[] = [];
  const start = performance.now();

  const send = async (index: number) => {
    const isOrder = index % ORDER_INTERVAL === 0;
    const sentAt = performance.now();
    const { status, body } = await (isOrder
      ? customer.order([{ productId, quantity: 1 }], 'tok_ok', randomUUID())
      : customer.get(index % 2 === 0 ? '/v1/products?limit=5' : `/v1/products/${productId}`)
    ).catch((error: Error) => ({ status: 0, body: String(error.cause ?? error) }));
    if (isOrder && status === 201) orders.push(body.id);
    else if (isOrder || status !== 200) {
      const at = ((sentAt - start) / 1_000).toFixed(1);
      const tookMs = (performance.now() - sentAt).toFixed(0);
      failures.push(
        `${at} s ${isOrder ? 'order' : 'read'}: ${status} after ${tookMs} ms ${JSON.stringify(body)}`,
      );
    }
  };
  return { sent: await generateLoad({ ...PACE, send, stop }), orders, failures };
}
