import type { DiscoverySetting } from '../config/discovery-setting.ts';
import { consulMembership } from '../discovery/consul/consul-membership.ts';
import { etcdMembership } from '../discovery/etcd/etcd-membership.ts';
import type { ServiceInstance } from '../discovery/registration.ts';
import { Registration } from '../discovery/registration.ts';
import type { Log } from '../telemetry/log.ts';

/** Returns the registration of `instance` in Consul or etcd. Returns undefined for DNS, Kubernetes and a file. */
export function openRegistration(
  setting: DiscoverySetting,
  instance: ServiceInstance,
  log: Log,
): Registration | undefined {
  const { ttlMs } = instance;
  switch (setting.kind) {
    case 'consul':
      return new Registration(consulMembership(setting.urls.join(), instance), { log, ttlMs });
    case 'etcd':
      return new Registration(etcdMembership(setting.urls, instance), { log, ttlMs });
    default:
      return undefined;
  }
}
