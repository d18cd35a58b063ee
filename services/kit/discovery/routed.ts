import type { Discovery } from './discovery.ts';

/** Finds the addresses of `known` with `first`, and all others with `second`. */
export function routedDiscovery(known: ReadonlySet<string>, first: Discovery, second: Discovery): Discovery {
  return {
    watch: (address, watcher) => (known.has(address) ? first : second).watch(address, watcher),
    close() {
      first.close();
      second.close();
    },
  };
}
