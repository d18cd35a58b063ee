import { lookup } from 'node:dns/promises';
import { parseAddress } from '../config/address.ts';
import type { Log } from '../telemetry/log.ts';
import type { Discovery, Endpoint } from './discovery.ts';

const INTERVAL_MS = 30_000;
/** However often a refresh is asked for. */
const LEAST_INTERVAL_MS = 1_000;

export type Lookup = (host: string) => Promise<readonly string[]>;

/**
 * Endpoints from DNS, asked again every 30 seconds and when an endpoint does not answer, a second apart at least. The
 * last answer holds while there is no new one.
 * @param resolve how a host's addresses are found. @default the system's resolver
 */
export function dnsDiscovery(log: Log, resolve: Lookup = systemLookup): Discovery {
  const stops = new Set<() => void>();
  return {
    watch(address, watcher) {
      const { host, port } = parseAddress(address);
      let known: readonly Endpoint[] = [];
      let asked = Number.NEGATIVE_INFINITY;
      let isOut = false;
      let timer: NodeJS.Timeout | undefined;
      let stopped = false;

      const schedule = (delayMs: number) => {
        clearTimeout(timer);
        if (!stopped) timer = setTimeout(ask, delayMs).unref();
      };
      const stop = () => {
        stopped = true;
        clearTimeout(timer);
        stops.delete(stop);
      };
      stops.add(stop);
      const ask = async () => {
        asked = performance.now();
        try {
          const addresses = await resolve(host);
          if (addresses.length === 0) throw new Error(`${host} has no addresses`);
          known = addresses.toSorted().map((one) => ({ host: one, port }));
          if (isOut) log.info('name resolved again', { address });
          isOut = false;
        } catch (error) {
          const fields = { address, error, known: known.length };
          log[isOut ? 'debug' : 'warn']('name not resolved; the last known addresses hold', fields);
          isOut = true;
          if (known.length === 0 && !stopped)
            watcher.error(error instanceof Error ? error : new Error(String(error)));
        }
        if (stopped) return;
        if (known.length > 0) watcher.endpoints(known);
        schedule(INTERVAL_MS);
      };
      schedule(0);
      return {
        refresh: () => schedule(Math.max(0, asked + LEAST_INTERVAL_MS - performance.now())),
        stop,
      };
    },
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}
