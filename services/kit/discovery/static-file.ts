import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseAddress } from '../config/address.ts';
import { watchFile } from '../config/watch-file.ts';
import type { Log } from '../telemetry/log.ts';
import type { Discovery, Endpoint, EndpointListener } from './discovery.ts';

const ENTRY = z.union([
  z.string().transform((address) => ({ address })),
  z.strictObject({ address: z.string(), version: z.string().min(1).exactOptional() }),
]);
const ENDPOINTS = z.record(z.string(), z.array(ENTRY).min(1));

type EndpointTable = ReadonlyMap<string, readonly Endpoint[]>;

/**
 * Returns a discovery with the endpoints of a JSON file: `{"product.shop.svc.cluster.local:50051":
 * ["127.0.0.1:20311"]}`. An endpoint with a version is written as `{"address": "127.0.0.1:20311", "version": "v2"}`.
 * The file is read again when it changes. An invalid change is logged and ignored.
 * @param intervalMs poll interval in milliseconds
 * @throws Error that names the file if it cannot be read at first
 */
export function staticFileDiscovery(path: string, log: Log, intervalMs = 500): Discovery {
  let table = readTable(path);
  const watches = new Set<{ readonly address: string; readonly listener: EndpointListener }>();

  const reload = () => {
    try {
      table = readTable(path);
    } catch (error) {
      log.warn('endpoints file is invalid; keeping the last known endpoints', { path, error });
      return;
    }
    for (const { address, listener } of watches) notify(address, listener);
  };
  const notify = (address: string, listener: EndpointListener) => {
    const endpoints = table.get(address);
    if (endpoints) listener.onEndpoints(endpoints);
    else
      listener.onError(new Error(`${path} has no endpoints for ${address}; declare the call, or add them`));
  };
  const close = watchFile(path, intervalMs, reload);

  return {
    watch(address, listener) {
      const watch = { address, listener };
      watches.add(watch);
      setImmediate(() => {
        if (watches.has(watch)) notify(address, listener);
      });
      // The file is polled anyway.
      return { refresh: () => {}, stop: () => watches.delete(watch) };
    },
    close,
  };
}

function readTable(path: string): EndpointTable {
  try {
    const table = ENDPOINTS.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(
      Object.entries(table).map(([address, entries]) => [
        address,
        entries.map(({ address: one, ...version }) => ({ ...parseAddress(one), ...version })),
      ]),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read endpoints from ${path}: ${reason}`, { cause: error });
  }
}
