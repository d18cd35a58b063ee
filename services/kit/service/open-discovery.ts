import type { DiscoverySetting } from '../config/discovery-setting.ts';
import type { Variables } from '../config/settings.ts';
import { consulRegistry } from '../discovery/consul/consul-registry.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { splitDiscovery } from '../discovery/discovery.ts';
import { dnsDiscovery } from '../discovery/dns.ts';
import { etcdRegistry } from '../discovery/etcd/etcd-registry.ts';
import { inClusterApiServer } from '../discovery/kubernetes/api-server.ts';
import { endpointSliceRegistry } from '../discovery/kubernetes/endpoint-slice-registry.ts';
import type { Registry } from '../discovery/registry.ts';
import { registryDiscovery } from '../discovery/registry-discovery.ts';
import { staticFileDiscovery } from '../discovery/static-file.ts';
import type { Log } from '../telemetry/log.ts';

export interface DiscoverySource {
  /** Addresses of the callees whose endpoints this process chooses among. */
  readonly balanced: ReadonlySet<string>;
  /** Where Kubernetes says how its API is reached. */
  readonly variables: Variables;
  readonly log: Log;
}

/**
 * Finds addresses where `setting` says. A registry knows the callees that this process balances; stores, brokers and
 * callees left to another layer have their name in DNS.
 * @throws SettingsError, or Error with the reason, when that cannot work here
 */
export function openDiscovery(
  setting: DiscoverySetting,
  { balanced, variables, log }: DiscoverySource,
): Discovery {
  if (setting.kind === 'dns') return dnsDiscovery(log);
  if (setting.kind === 'file') return staticFileDiscovery(setting.path, log);
  const registry = registryOf(setting, variables);
  return splitDiscovery(balanced, registryDiscovery(registry, log), dnsDiscovery(log));
}

function registryOf(
  setting: Exclude<DiscoverySetting, { readonly kind: 'dns' | 'file' }>,
  variables: Variables,
): Registry {
  switch (setting.kind) {
    case 'kubernetes':
      return endpointSliceRegistry(inClusterApiServer(variables));
    case 'consul':
      return consulRegistry(setting.urls.join());
    case 'etcd':
      return etcdRegistry(setting.urls);
  }
}
