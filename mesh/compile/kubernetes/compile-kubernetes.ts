import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { appConfig } from '../app/app-config.ts';
import { clusterServers } from '../peers/cluster-servers.ts';
import { addAutoscaler } from './autoscaler.ts';
import { addClusterServerNetworkPolicy } from './cluster-server-network-policy.ts';
import { addConfigMap } from './config-map.ts';
import { addDeployment } from './deployment.ts';
import { addDisruptionBudget } from './disruption-budget.ts';
import { addEndpointAccess, choosesEndpoints } from './endpoint-access.ts';
import { addMonitoringNetworkPolicy } from './monitoring-network-policy.ts';
import { addNamespace } from './namespace.ts';
import { addDefaultDenyNetworkPolicy, addNetworkPolicy } from './network-policy.ts';
import { addService, addVersionService } from './service.ts';
import { addServiceAccount } from './service-account.ts';

/** Adds the Kubernetes objects of a platform, except those of Istio. */
export function compileKubernetes(platform: Platform, incoming: ReadonlyMap<Service, readonly Call[]>): void {
  addNamespace(platform);
  addDefaultDenyNetworkPolicy(platform);
  addMonitoringNetworkPolicy(platform);
  for (const server of clusterServers(platform)) addClusterServerNetworkPolicy(platform, server);
  for (const [service, calls] of incoming) {
    const config = addConfigMap(service, appConfig(service, calls));
    addServiceAccount(service);
    if (choosesEndpoints(service)) addEndpointAccess(service);
    addService(service);
    const isBalancedByCallers = calls.some(
      ({ caller, layer }) => layer === 'app' && choosesEndpoints(caller),
    );
    const needsVersionServices = service.versions.length > 1 && isBalancedByCallers;
    for (const version of service.versions) {
      if (needsVersionServices) addVersionService(service, version);
      addDeployment(service, version, config);
      addAutoscaler(service, version);
    }
    addDisruptionBudget(service);
    addNetworkPolicy(service, calls);
  }
}
