import { randomUUID } from 'node:crypto';
import { createCustomer, fetchJson } from '../../operate/load/create-customer.ts';
import type { LoadRequest } from '../../operate/load/load.ts';
import { PRODUCTS } from '../../operate/load/requests.ts';
import type { Traffic } from './scenario.ts';

/** Keys that requests go by, the first the most often. */
const KEYS = 200;
/** Milliseconds that it may take until somebody is signed in and knows the products. */
const PATIENCE_MS = 60_000;

interface Known {
  readonly products: readonly string[];
  readonly token: string;
}

/** People who do one thing again and again in the shop: what they send, request by request. */
export async function visitors(traffic: Traffic, door: string): Promise<(turn: number) => LoadRequest> {
  const { products, token } = await meet(door);
  const authorization = `Bearer ${token}`;
  switch (traffic) {
    case 'looks at products':
      return (turn) => ({ url: `${door}/v1/products/${products[turn % products.length]}` });
    case 'reads notices': {
      const key = skewedKeys();
      const url = `${door}/v1/notifications?limit=1`;
      return () => ({ url, headers: { authorization, 'x-canary': key() } });
    }
    case 'places orders':
      return (turn) => ({
        url: `${door}/v1/orders`,
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify({
          items: [{ productId: products[turn % products.length], quantity: 1 }],
          payment: { token: 'tok_ok' },
        }),
      });
  }
}

/** Keys by Zipf's law, the same each time: the second is asked for half as often as the first, and so on. */
export function skewedKeys(): () => string {
  const shares = Array.from({ length: KEYS }, (_, index) => 1 / (index + 1));
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
    return `key-${index < 0 ? KEYS - 1 : index}`;
  };
}

async function meet(door: string): Promise<Known> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const token = await createCustomer(door, signal);
  const page = await fetchJson(PRODUCTS, `${door}/v1/products?limit=10`, { signal });
  return { products: page.items.map(({ id }) => id), token };
}
