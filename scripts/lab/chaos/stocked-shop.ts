import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createCustomer, fetchJson, SESSION } from '../../operate/load/create-customer.ts';
import type { ChaosTestbed } from './chaos-testbed.ts';
import type { ChaosPlan } from './plan.ts';

/** Answer to the creation of a product. */
export const CREATED_PRODUCT = z.object({ id: z.string() });

/** A shop with the customers and products that the numbers in the plan refer to. */
export interface StockedShop {
  readonly ingressUrl: string;
  /** Access tokens, by the number of the customer. */
  readonly tokens: readonly string[];
  /** Product ids, by the number of the product. */
  readonly productIds: readonly string[];
}

/** Registers the plan's customers and creates its products. @throws Error with the answer of a request that keeps failing */
export async function stockShop(
  testbed: ChaosTestbed,
  plan: ChaosPlan,
  signal: AbortSignal,
): Promise<StockedShop> {
  const { ingressUrl, admin } = testbed;
  const post = <T>(schema: z.ZodType<T>, path: string, body: unknown, token = '') =>
    retry(signal, () =>
      fetchJson(schema, ingressUrl + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
        signal,
      }),
    );
  const { accessToken } = await post(SESSION, '/v1/sessions', admin);
  const products = plan.products.map(({ name, amount, stock }) => {
    const price = { amount, currency: 'EUR' };
    return post(CREATED_PRODUCT, '/v1/products', { name, description: '', price, stock }, accessToken);
  });
  const productIds = (await Promise.all(products)).map(({ id }) => id);
  const tokens: string[] = [];
  // One at a time: concurrent password hashing would exceed the request deadline on a busy machine.
  while (tokens.length < plan.customers)
    tokens.push(await retry(signal, () => createCustomer(ingressUrl, signal)));
  return { ingressUrl, tokens, productIds };
}

/** Large enough for a busy machine. */
const MAX_ATTEMPTS = 20;
const RETRY_PAUSE_MS = 500;

/** Retries any failure, even of requests that are not idempotent: a surplus product or customer does no harm. */
async function retry<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || signal.aborted) throw error;
      await delay(RETRY_PAUSE_MS, undefined, { signal });
    }
  }
}
