import type { DiscoverySetting } from '../config/discovery-setting.ts';
import type { Log } from '../telemetry/log.ts';
import { consulMembership } from './consul/consul-membership.ts';
import { etcdMembership } from './etcd/etcd-membership.ts';
import type { Instance } from './membership.ts';
import { Registration } from './registration.ts';

/** What makes a process be found where `setting` says; undefined where others see to that (DNS, Kubernetes, a file). */
export function openRegistration(
  setting: DiscoverySetting,
  instance: Instance,
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
