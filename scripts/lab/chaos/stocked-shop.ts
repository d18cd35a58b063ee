import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createCustomer, fetchJson, SESSION } from '../../operate/load/create-customer.ts';
import type { Plan } from './plan.ts';
import type { Stage } from './stage.ts';

/** The field of a new product that is read here. */
export const MADE = z.object({ id: z.string() });

/** Who orders, and what there is: what the plan's numbers stand for. */
export interface StockedShop {
  readonly gateway: string;
  /** Access tokens, by the number of the customer. */
  readonly tokens: readonly string[];
  /** Identifiers, by the number of the product. */
  readonly productIds: readonly string[];
}

/** Registers the plan's customers and makes its products. @throws Error with the answer that stands in the way */
export async function stockShop(stage: Stage, plan: Plan, signal: AbortSignal): Promise<StockedShop> {
  const { gateway, admin } = stage;
  const post = <T>(schema: z.ZodType<T>, path: string, body: unknown, token = '') =>
    insistently(signal, () =>
      fetchJson(schema, gateway + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
        signal,
      }),
    );
  const { accessToken } = await post(SESSION, '/v1/sessions', admin);
  const products = plan.products.map(({ name, amount, stock }) => {
    const price = { amount, currency: 'EUR' };
    return post(MADE, '/v1/products', { name, description: '', price, stock }, accessToken);
  });
  const productIds = (await Promise.all(products)).map(({ id }) => id);
  const tokens: string[] = [];
  // One after the other: what hashes their passwords would keep a busy machine from answering in time.
  while (tokens.length < plan.customers)
    tokens.push(await insistently(signal, () => createCustomer(gateway, signal)));
  return { gateway, tokens, productIds };
}

/** A busy machine may need many. */
const TRIES = 20;
const PAUSE_MS = 500;

/** Does again what failed: a product or a customer too many does no harm. */
async function insistently<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (tries === TRIES || signal.aborted) throw error;
      await delay(PAUSE_MS, undefined, { signal });
    }
  }
}
