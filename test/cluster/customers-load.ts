import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Customer } from '../shop/customer.ts';

/** What became of a load. */
export interface Outcome {
  readonly sent: number;
  /** Ids of the orders that were answered 201. */
  readonly orders: readonly string[];
  /** Every request that was not answered as it should be: when, which, and what came instead. */
  readonly failures: readonly string[];
}

/** Who send requests at the same time. */
const CUSTOMERS = 3;
/** Milliseconds from one request of a customer to its next: 25 requests a second from all of them. */
const INTERVAL = 120;
/** Every so-manieth request is an order; the others look at products. */
const ORDER_EVERY = 5;

/**
 * Customers who each send one request after the other until `stop` aborts. Each waits for its answer: a machine that
 * is short of time gets fewer requests, so that what fails, fails for what is done to the shop.
 */
export async function customersLoad(
  customer: Customer,
  productId: string,
  stop: AbortSignal,
): Promise<Outcome> {
  const orders: string[] = [];
  const failures: string[] = [];
  const start = performance.now();
  let sent = 0;

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

  const shop = async (first: number) => {
    for (let due = start + (first * INTERVAL) / CUSTOMERS; !stop.aborted; due += INTERVAL) {
      const wait = due - performance.now();
      // What could not be sent in time is not made up for.
      if (wait > 0) await delay(wait);
      else due -= wait;
      await send(sent++);
    }
  };
  await Promise.all(Array.from({ length: CUSTOMERS }, (_, first) => shop(first)));
  return { sent, orders, failures };
}
