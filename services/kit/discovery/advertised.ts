import { networkInterfaces } from 'node:os';
import { parseAddress } from '../config/address.ts';
import type { Endpoint } from './discovery.ts';

/** Addresses that mean: on every interface. */
const ANYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * Where others reach a process.
 * @param listening `host:port` that it listens on
 * @param advertise `host:port` that it is told to give out; port 0 stands for the one it listens on.
 *   @default the host it listens on; where that is every interface, the first address that is not this machine's alone
 */
export function advertised(listening: string, advertise?: string): Endpoint {
  const { host, port } = parseAddress(listening);
  if (advertise !== undefined) {
    const told = parseAddress(advertise);
    return told.port === 0 ? { ...told, port } : told;
  }
  return { host: ANYWHERE.has(host) ? outerAddress() : host, port };
}

function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = all.filter(({ internal, scopeid }) => !internal && !scopeid);
  return (outer.find(({ family }) => family === 'IPv4') ?? outer[0])?.address ?? '127.0.0.1';
}
