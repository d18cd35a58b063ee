import { z } from 'zod';
import type { Version } from '../../../mesh/graph/version.ts';
import { createCustomer, fetchJson } from './create-customer.ts';

/** Read-only requests that reach a service through the ingress gateway. */
export interface Requests {
  readonly urls: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Paths whose response needs one call to the service. `token` marks paths that need a signed-in user. */
const PATHS: Readonly<Record<string, { readonly paths: readonly string[]; readonly token?: true }>> = {
  gateway: { paths: ['/.well-known/jwks.json', '/v1/products?limit=3'] },
  product: { paths: ['/v1/products?limit=3'] },
  order: { paths: ['/v1/orders'], token: true },
  notification: { paths: ['/v1/notifications'], token: true },
};

/** The fields of a catalogue page that are read here. */
export const PRODUCTS = z.object({ items: z.array(z.object({ id: z.string() })) });

/**
 * Returns read-only requests that cause calls to a service.
 *
 * @param gateway address of the ingress gateway, without a path
 * @returns undefined if no read-only route leads to the service
 * @throws ResponseError with the response, if the shop rejects a preparing request
 */
export async function findRequests(
  service: string,
  gateway: string,
  signal: AbortSignal,
): Promise<Requests | undefined> {
  const { paths, token } = PATHS[service] ?? {};
  if (!paths) return undefined;
  const headers = token ? { authorization: `Bearer ${await createCustomer(gateway, signal)}` } : {};
  if (service !== 'product') return { urls: paths.map((path) => gateway + path), headers };
  const { items } = await fetchJson(PRODUCTS, gateway + paths[0], { signal });
  const pages = [...paths, ...items.map(({ id }) => `/v1/products/${id}`)];
  return { urls: pages.map((path) => gateway + path), headers };
}

/** Returns whether a version adds the field `availability` to products. Versions that cache the catalogue do. */
export function addsAvailability({ settings }: Version): boolean {
  return settings?.WEFT_CATALOGUE === 'cached';
}

/** Returns the `mark` of a load that tells versions of a service apart; undefined if their responses do not differ. */
export function versionMark(service: string): ((body: string) => string) | undefined {
  if (service !== 'product') return undefined;
  return (body) => (body.includes('"availability":') ? 'availability' : 'none');
}
