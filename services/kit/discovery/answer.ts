import type { Endpoint } from './discovery.ts';
import type { Answer } from './registry.ts';

/**
 * The endpoint that an entry of a registry names, or the reason why it names none.
 * @param entry what the registry calls it, for the reason
 */
export function endpointOf(
  entry: string,
  host: string,
  port: number,
  version: string | undefined,
): Endpoint | string {
  if (host === '') return `${entry} has no host`;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return `${entry} has port ${port}`;
  return { host, port, ...(version && { version }) };
}

/** An answer from what `endpointOf` made of its entries. */
export function answerOf(entries: Iterable<Endpoint | string>): Answer {
  const endpoints = new Map<string, Endpoint>();
  const leftOut: string[] = [];
  for (const entry of entries) {
    if (typeof entry === 'string') leftOut.push(entry);
    else endpoints.set(`${entry.host} ${entry.port}`, entry);
  }
  const sorted = [...endpoints].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { endpoints: sorted.map(([, endpoint]) => endpoint), leftOut };
}
