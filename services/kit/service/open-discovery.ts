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
  /** Addresses of the callees that this process balances itself. */
  readonly balanced: ReadonlySet<string>;
  /** Environment variables, in which Kubernetes sets the address of its API. */
  readonly variables: Variables;
  readonly log: Log;
}

/**
 * Opens the discovery that `setting` selects. A registry resolves the callees that this process balances. Stores,
 * brokers and callees that another layer balances are resolved by DNS.
 * @throws SettingsError or Error when the discovery cannot work in this process, for example outside of Kubernetes
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
