import { parseAddress } from '../config/address.ts';
import type { Log } from '../telemetry/log.ts';
import type { Discovery } from './discovery.ts';
import { Following } from './following.ts';
import type { Patience } from './patience.ts';
import type { Registry } from './registry.ts';

/**
 * Endpoints from a registry, each address followed once however many watch it. It stays followed until the discovery is
 * closed: addresses are few, and what is known outlives a client that was idle while the registry is dead.
 */
export function registryDiscovery(registry: Registry, log: Log, patience?: Patience): Discovery {
  const followings = new Map<string, Following>();
  return {
    watch(address, watcher) {
      parseAddress(address);
      const following = followings.get(address) ?? new Following(registry, address, log, patience);
      followings.set(address, following);
      // One object for each watch, so that a watcher may watch twice.
      const stop = following.add({
        endpoints: (endpoints) => watcher.endpoints(endpoints),
        error: (error) => watcher.error(error),
      });
      // A change is seen without being asked.
      return { refresh: () => {}, stop };
    },
    close() {
      for (const following of followings.values()) following.close();
      followings.clear();
    },
  };
}
