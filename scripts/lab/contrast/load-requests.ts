import { randomUUID } from 'node:crypto';
import { createCustomer, fetchJson } from '../../operate/load/create-customer.ts';
import type { LoadRequest } from '../../operate/load/load.ts';
import { PRODUCTS } from '../../operate/load/requests.ts';
import type { Traffic } from './scenario.ts';

/** Number of distinct request keys. */
const KEY_COUNT = 200;
/** Timeout for signing in and reading the list of products. */
const SETUP_TIMEOUT_MS = 60_000;

/**
 * Signs a customer in and returns the requests of one kind of traffic, for the load generator.
 * @returns a function of the request's index, counted from 0
 */
export async function createRequests(
  traffic: Traffic,
  ingressUrl: string,
): Promise<(index: number) => LoadRequest> {
  const signal = AbortSignal.timeout(SETUP_TIMEOUT_MS);
  const token = await createCustomer(ingressUrl, signal);
  const { items } = await fetchJson(PRODUCTS, `${ingressUrl}/v1/products?limit=10`, { signal });
  const productAt = (index: number) => items[index % items.length]?.id;
  const authorization = `Bearer ${token}`;
  switch (traffic) {
    case 'browse products':
      return (index) => ({ url: `${ingressUrl}/v1/products/${productAt(index)}` });
    case 'list notifications': {
      const nextKey = zipfKeys();
      const url = `${ingressUrl}/v1/notifications?limit=1`;
      return () => ({ url, headers: { authorization, 'x-canary': nextKey() } });
    }
    case 'place orders':
      return (index) => ({
        url: `${ingressUrl}/v1/orders`,
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify({
          items: [{ productId: productAt(index), quantity: 1 }],
          payment: { token: 'tok_ok' },
        }),
      });
  }
}

/**
 * Returns a generator of keys distributed by Zipf's law: key n is drawn 1/(n+1) times as often as key 0. The sequence is
 * deterministic.
 */
export function zipfKeys(): () => string {
  const shares = Array.from({ length: KEY_COUNT }, (_, index) => 1 / (index + 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  let seed = 1;
  return () => {
    // Park and Miller's minimal standard generator (CACM 31, 1988).
    seed = (seed * 48_271) % 2_147_483_647;
    let rest = (seed / 2_147_483_647) * total;
    const index = shares.findIndex((share) => {
      rest -= share;
      return rest < 0;
    });
    return `key-${index < 0 ? KEY_COUNT - 1 : index}`;
  };
}
