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
  for (const [of, calls] of incoming) {
    const config = addConfigMap(of, appConfig(of, calls));
    addServiceAccount(of);
    if (choosesEndpoints(of)) addEndpointAccess(of);
    addService(of);
    const isBalancedByCallers = calls.some(
      ({ caller, layer }) => layer === 'app' && choosesEndpoints(caller),
    );
    const needsVersionServices = of.versions.length > 1 && isBalancedByCallers;
    for (const version of of.versions) {
      if (needsVersionServices) addVersionService(of, version);
      addDeployment(of, version, config);
      addAutoscaler(of, version);
    }
    addDisruptionBudget(of);
    addNetworkPolicy(of, calls);
  }
}
