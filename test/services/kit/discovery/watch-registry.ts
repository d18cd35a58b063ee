import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import type { Registry } from '../../../../services/kit/discovery/registry.ts';
import { registryDiscovery } from '../../../../services/kit/discovery/registry-discovery.ts';
import type { RegistryRetrySettings } from '../../../../services/kit/discovery/registry-retry.ts';
import { recordedLog } from '../recorded-log.ts';
import { ADDRESS } from './fake-registry.ts';

/** Watches the endpoints of `product` in a registry, without long pauses after a failure. */
export function followingOf(registry: Registry, patience: RegistryRetrySettings = {}) {
  const { log, lines } = recordedLog();
  const discovery = registryDiscovery(registry, log, { delayMs: () => 2, ...patience });
  const told: (readonly Endpoint[] | Error)[] = [];
  const watch = discovery.watch(ADDRESS, {
    onEndpoints: (endpoints) => told.push(endpoints),
    onError: (error) => told.push(error),
  });
  const said = (message: string) => lines.filter((line) => line.message === message);
  return { discovery, watch, told, lines, said };
}
