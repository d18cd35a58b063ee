import { parseAddress } from '../config/address.ts';
import type { Log } from '../telemetry/log.ts';
import type { Discovery } from './discovery.ts';
import { EndpointWatcher } from './endpoint-watcher.ts';
import type { Registry } from './registry.ts';
import type { RegistryRetrySettings } from './registry-retry.ts';

/**
 * Returns a discovery with the endpoints of a registry. All listeners of an address share one watcher. A watcher runs
 * until the discovery is closed, even without listeners: a client that reconnects during an outage of the registry
 * needs the last endpoints. The number of addresses bounds the number of watchers.
 */
export function registryDiscovery(registry: Registry, log: Log, settings?: RegistryRetrySettings): Discovery {
  const watchers = new Map<string, EndpointWatcher>();
  return {
    watch(address, listener) {
      parseAddress(address);
      const watcher = watchers.get(address) ?? new EndpointWatcher(registry, address, log, settings);
      watchers.set(address, watcher);
      // Wraps the listener in a new object, because the same listener may watch an address twice.
      const stop = watcher.add({
        onEndpoints: (endpoints) => listener.onEndpoints(endpoints),
        onError: (error) => listener.onError(error),
      });
      // The registry pushes changes.
      return { refresh: () => {}, stop };
    },
    close() {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
