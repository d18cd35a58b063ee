import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import type { Registry } from '../../../../services/kit/discovery/registry.ts';
import { registryDiscovery } from '../../../../services/kit/discovery/registry-discovery.ts';
import type { RegistryRetrySettings } from '../../../../services/kit/discovery/registry-retry.ts';
import { recordedLog } from '../recorded-log.ts';
import { ADDRESS } from './fake-registry.ts';

/** Watches the endpoints of `product` in a registry, with short delays after a failure. */
export function watchRegistry(registry: Registry, settings: RegistryRetrySettings = {}) {
  const { log, lines } = recordedLog();
  const discovery = registryDiscovery(registry, log, { delayMs: () => 2, ...settings });
  const notifications: (readonly Endpoint[] | Error)[] = [];
  const watch = discovery.watch(ADDRESS, {
    onEndpoints: (endpoints) => notifications.push(endpoints),
    onError: (error) => notifications.push(error),
  });
  const findLines = (message: string) => lines.filter((line) => line.message === message);
  return { discovery, watch, notifications, lines, findLines };
}
