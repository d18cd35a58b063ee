import { networkInterfaces } from 'node:os';
import { parseAddress } from '../config/address.ts';
import type { Endpoint } from './discovery.ts';

/** Wildcard addresses: a socket bound to one listens on every interface. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * Returns the endpoint under which others reach this process.
 * @param listening `host:port` that the process listens on
 * @param advertise `host:port` to use instead; port 0 stands for the port it listens on.
 *   @default the host it listens on; for a wildcard address, the first address that is not internal to this machine
 */
export function resolveAdvertisedEndpoint(listening: string, advertise?: string): Endpoint {
  const { host, port } = parseAddress(listening);
  if (advertise !== undefined) {
    const configured = parseAddress(advertise);
    return configured.port === 0 ? { ...configured, port } : configured;
  }
  return { host: WILDCARDS.has(host) ? findExternalAddress() : host, port };
}

function findExternalAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const external = all.filter(({ internal, scopeid }) => !internal && !scopeid);
  return (external.find(({ family }) => family === 'IPv4') ?? external[0])?.address ?? '127.0.0.1';
}
