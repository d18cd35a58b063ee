import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { appConfig } from '../app/app-config.ts';
import { clusterServers } from '../peers/cluster-servers.ts';
import { autoscaler } from './autoscaler.ts';
import { clusterServerNetworkPolicy } from './cluster-server-network-policy.ts';
import { configMap } from './config-map.ts';
import { deployment } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { choosesEndpoints, endpointAccess } from './endpoint-access.ts';
import { monitoringNetworkPolicy } from './monitoring-network-policy.ts';
import { namespace } from './namespace.ts';
import { defaultDenyNetworkPolicy, networkPolicy } from './network-policy.ts';
import { service, versionService } from './service.ts';
import { serviceAccount } from './service-account.ts';

/** Makes the objects that Kubernetes itself understands. */
export function compileKubernetes(platform: Platform, incoming: ReadonlyMap<Service, readonly Call[]>): void {
  namespace(platform);
  defaultDenyNetworkPolicy(platform);
  monitoringNetworkPolicy(platform);
  for (const server of clusterServers(platform)) clusterServerNetworkPolicy(platform, server);
  for (const [of, calls] of incoming) {
    const config = configMap(of, appConfig(of, calls));
    serviceAccount(of);
    if (choosesEndpoints(of)) endpointAccess(of);
    service(of);
    const isChosen = calls.some(({ caller, layer }) => layer === 'app' && choosesEndpoints(caller));
    const isToldApart = of.versions.length > 1 && isChosen;
    for (const version of of.versions) {
      if (isToldApart) versionService(of, version);
      deployment(of, version, config);
      autoscaler(of, version);
    }
    disruptionBudget(of);
    networkPolicy(of, calls);
  }
}
