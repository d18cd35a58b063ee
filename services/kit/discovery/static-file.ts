import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseAddress } from '../config/address.ts';
import { watchFile } from '../config/watch-file.ts';
import type { Log } from '../telemetry/log.ts';
import type { Discovery, Endpoint, Watcher } from './discovery.ts';

const ENTRY = z.union([
  z.string().transform((address) => ({ address })),
  z.strictObject({ address: z.string(), version: z.string().min(1).exactOptional() }),
]);
const ENDPOINTS = z.record(z.string(), z.array(ENTRY).min(1));

type Table = ReadonlyMap<string, readonly Endpoint[]>;

/**
 * Endpoints from a JSON file: `{"product.shop.svc.cluster.local:50051": ["127.0.0.1:20311"]}`, or with its version
 * `{"address": "127.0.0.1:20311", "version": "v2"}` in place of an address. Read again when it changes; while it is broken
 * the last that was good holds.
 * @throws Error that names the file when it cannot be read at first
 */
export function staticFileDiscovery(path: string, log: Log, intervalMs = 500): Discovery {
  let table = read(path);
  const watchers = new Set<{ readonly address: string; readonly watcher: Watcher }>();

  const reload = () => {
    try {
      table = read(path);
    } catch (error) {
      log.warn('endpoints file is broken; the last good one holds', { path, error });
      return;
    }
    for (const { address, watcher } of watchers) tell(address, watcher);
  };
  const tell = (address: string, watcher: Watcher) => {
    const endpoints = table.get(address);
    if (endpoints) watcher.endpoints(endpoints);
    else watcher.error(new Error(`${path} has no endpoints of ${address}; declare the call, or add them`));
  };
  const close = watchFile(path, intervalMs, reload);

  return {
    watch(address, watcher) {
      const entry = { address, watcher };
      watchers.add(entry);
      setImmediate(() => {
        if (watchers.has(entry)) tell(address, watcher);
      });
      // A change is seen without being asked.
      return { refresh: () => {}, stop: () => watchers.delete(entry) };
    },
    close,
  };
}

function read(path: string): Table {
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
    throw new Error(`cannot take endpoints from ${path}: ${reason}`, { cause: error });
  }
}
