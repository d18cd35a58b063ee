import { randomUUID } from 'node:crypto';
import type { Customer } from '../shop/customer.ts';
import { visit } from './visitors.ts';

/** What became of a load. */
export interface Outcome {
  readonly sent: number;
  /** Ids of the orders that were answered 201. */
  readonly orders: readonly string[];
  /** Every request that was not answered as it should be: when, which, and what came instead. */
  readonly failures: readonly string[];
}

/** 10 requests a second at most: most of the machine is for the pods that start. */
const PACE = { visitors: 2, intervalMs: 200 };
/** Every so-manieth request is an order; the others look at products. */
const ORDER_EVERY = 5;

/** A customer who looks at products and orders one, again and again, until `stop` aborts. */
export async function customersLoad(
  customer: Customer,
  productId: string,
  stop: AbortSignal,
): Promise<Outcome> {
  const orders: string[] = [];
  const failures: string[] = [];
  const start = performance.now();

  const send = async (index: number) => {
    const isOrder = index % ORDER_EVERY === 0;
    const began = performance.now();
    const { status, body } = await (isOrder
      ? customer.order([{ productId, quantity: 1 }], 'tok_ok', randomUUID())
      : customer.get(index % 2 === 0 ? '/v1/products?limit=5' : `/v1/products/${productId}`)
    ).catch((error: Error) => ({ status: 0, body: String(error.cause ?? error) }));
    if (isOrder && status === 201) orders.push(body.id);
    else if (isOrder || status !== 200) {
      const at = ((began - start) / 1_000).toFixed(1);
      const took = (performance.now() - began).toFixed(0);
      failures.push(
        `${at} s ${isOrder ? 'order' : 'look'}: ${status} after ${took} ms ${JSON.stringify(body)}`,
      );
    }
  };
  return { sent: await visit({ ...PACE, send, stop }), orders, failures };
}
