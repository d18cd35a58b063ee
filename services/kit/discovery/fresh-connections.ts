import { Agent, fetch as fetchWith } from 'undici';
import type { Fetch } from './registry-request.ts';

/**
 * Returns a `fetch` that opens a connection for each request and keeps none. A kept connection may lead to a peer that
 * vanished silently, and each connection of a pool would lose one request. Registries are asked only every few seconds.
 * @param tls CA certificates as PEM. @default those that Node.js trusts
 */
export function freshConnections(tls: { readonly ca?: string } = {}): Fetch {
  const dispatcher = new Agent({ pipelining: 0, connect: tls });
  return (url, init) => fetchWith(url, { ...init, dispatcher });
}
