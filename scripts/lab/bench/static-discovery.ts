import { parseAddress } from '../../../services/kit/config/address.ts';
import type { Discovery } from '../../../services/kit/discovery/discovery.ts';

/** Creates a discovery that returns the same addresses for every name. */
export function createStaticDiscovery(addresses: readonly string[]): Discovery {
  return {
    watch: (_, watcher) => {
      setImmediate(() => watcher.onEndpoints(addresses.map(parseAddress)));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
}
