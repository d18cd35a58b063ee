import { z } from 'zod';
import type { Version } from '../../../mesh/graph/service.ts';
import { ask, customer } from './customer.ts';

/** Requests that reach a service through the ingress gateway, and change nothing. */
export interface Requests {
  readonly urls: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Paths whose answer needs one call to the service. Those of some need somebody who is signed in. */
const PATHS: Readonly<Record<string, { readonly paths: readonly string[]; readonly token?: true }>> = {
  gateway: { paths: ['/.well-known/jwks.json', '/v1/products?limit=3'] },
  product: { paths: ['/v1/products?limit=3'] },
  order: { paths: ['/v1/orders'], token: true },
  notification: { paths: ['/v1/notifications'], token: true },
};

/** A page of the catalogue, as far as it is needed to ask for its products. */
export const PRODUCTS = z.object({ items: z.array(z.object({ id: z.string() })) });

/**
 * What to ask at the shop's door so that a service is asked.
 *
 * @param gateway address of the ingress gateway
 * @returns undefined where nothing that changes nothing leads to the service
 * @throws Error with the answer that stands in the way
 */
export async function requestsTo(
  service: string,
  gateway: string,
  signal: AbortSignal,
): Promise<Requests | undefined> {
  const { paths, token } = PATHS[service] ?? {};
  if (!paths) return undefined;
  const headers = token ? { authorization: `Bearer ${await customer(gateway, signal)}` } : {};
  if (service !== 'product') return { urls: paths.map((path) => gateway + path), headers };
  const { items } = await ask(PRODUCTS, gateway + paths[0], { signal });
  const pages = [...paths, ...items.map(({ id }) => `/v1/products/${id}`)];
  return { urls: pages.map((path) => gateway + path), headers };
}

/** Whether a version adds the field `availability` to products: one that keeps its catalogue at hand does. */
export function addsAvailability({ settings }: Version): boolean {
  return settings?.WEFT_CATALOGUE === 'cached';
}

/** What an answer shows of the version that made it, where there is something to see. */
export function markOf(service: string): ((body: string) => string) | undefined {
  if (service !== 'product') return undefined;
  return (body) => (body.includes('"availability":') ? 'availability' : 'none');
}
