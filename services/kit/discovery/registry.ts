import { parseAddress } from '../config/address.ts';
import type { Endpoint } from './discovery.ts';

/** All endpoints of an address that a registry lists at one moment. */
export interface RegistryResponse {
  /** Sorted, without duplicates. May be empty. */
  readonly endpoints: readonly Endpoint[];
  /** Entries that describe no endpoint, each with the reason. */
  readonly invalidEntries: readonly string[];
}

/** A service registry outside this process. */
export interface Registry {
  /** For the log: `consul at http://127.0.0.1:8500`. */
  readonly name: string;
  /**
   * Reports the endpoints of `address` (`host:port`, as in the cluster's DNS) and each change of them, until `signal`
   * aborts. Resolves when the watch ended and must be started again.
   * @throws Error if the registry does not respond, or responds with invalid data
   */
  watch(address: string, report: (response: RegistryResponse) => void, signal: AbortSignal): Promise<void>;
}

/**
 * Returns the endpoint of a registry entry, or the reason why the entry is invalid.
 * @param entry identifies the entry in the reason
 */
export function parseEndpoint(
  entry: string,
  host: string,
  port: number,
  version: string | undefined,
): Endpoint | string {
  if (host === '') return `${entry} has no host`;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return `${entry} has port ${port}`;
  return { host, port, ...(version && { version }) };
}

/** Creates a response from the results of `parseEndpoint`. */
export function createResponse(entries: Iterable<Endpoint | string>): RegistryResponse {
  const endpoints = new Map<string, Endpoint>();
  const invalidEntries: string[] = [];
  for (const entry of entries) {
    if (typeof entry === 'string') invalidEntries.push(entry);
    else endpoints.set(`${entry.host} ${entry.port}`, entry);
  }
  const sorted = [...endpoints].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { endpoints: sorted.map(([, endpoint]) => endpoint), invalidEntries };
}

/**
 * Returns the name of a service in a registry, the first label of its host: `product` for
 * `product.shop.svc.cluster.local:50051`.
 * @throws Error if `address` is not host:port
 */
export function calleeName(address: string): string {
  const { host } = parseAddress(address);
  return host.split('.', 1)[0] ?? host;
}
