import { lookup } from 'node:dns/promises';
import { parseAddress } from '../config/address.ts';
import type { Log } from '../telemetry/log.ts';
import { outsideTrace } from '../telemetry/tracing.ts';
import type { Discovery, Endpoint } from './discovery.ts';

const POLL_INTERVAL_MS = 30_000;
/** Applies to refreshes. */
const MIN_POLL_INTERVAL_MS = 1_000;

/** Returns the IP addresses of a host name. */
export type AddressLookup = (host: string) => Promise<readonly string[]>;

/**
 * Returns a discovery that resolves addresses by DNS. It polls every 30 s, and when an endpoint does not respond, at
 * most once per second. The last addresses stay in use while a name cannot be resolved.
 * @param resolve @default the system's resolver
 */
export function dnsDiscovery(log: Log, resolve: AddressLookup = systemLookup): Discovery {
  const stops = new Set<() => void>();
  return {
    watch(address, listener) {
      const { host, port } = parseAddress(address);
      let endpoints: readonly Endpoint[] = [];
      let polledAt = Number.NEGATIVE_INFINITY;
      let isFailing = false;
      let timer: NodeJS.Timeout | undefined;
      let isStopped = false;

      const schedule = (delayMs: number) => {
        clearTimeout(timer);
        if (!isStopped) timer = outsideTrace(() => setTimeout(poll, delayMs).unref());
      };
      const stop = () => {
        isStopped = true;
        clearTimeout(timer);
        stops.delete(stop);
      };
      stops.add(stop);
      const poll = async () => {
        polledAt = performance.now();
        try {
          const addresses = await resolve(host);
          if (addresses.length === 0) throw new Error(`${host} has no addresses`);
          endpoints = addresses.toSorted().map((one) => ({ host: one, port }));
          if (isFailing) log.info('name resolved after failures', { address });
          isFailing = false;
        } catch (error) {
          const fields = { address, error, endpointCount: endpoints.length };
          log[isFailing ? 'debug' : 'warn']('name not resolved; keeping the last known addresses', fields);
          isFailing = true;
          if (endpoints.length === 0 && !isStopped)
            listener.onError(error instanceof Error ? error : new Error(String(error)));
        }
        if (isStopped) return;
        if (endpoints.length > 0) listener.onEndpoints(endpoints);
        schedule(POLL_INTERVAL_MS);
      };
      schedule(0);
      return {
        refresh: () => schedule(Math.max(0, polledAt + MIN_POLL_INTERVAL_MS - performance.now())),
        stop,
      };
    },
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const records = await lookup(host, { all: true });
  return records.map(({ address }) => address);
}
