import { Role, RoleBinding } from '../../../imports/kubernetes.ts';
import { outgoingCallsOf } from '../../graph/call.ts';
import type { ServiceScope } from '../../graph/scopes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels } from '../peers/labels.ts';

/** Port of the Service `kubernetes`, which is the same in every cluster. */
export const API_SERVER_PORT = 443;

/**
 * Returns whether the processes of a service watch EndpointSlices to balance their calls: if the service makes calls of
 * the layer `app` in a cluster.
 */
export function choosesEndpoints(service: ServiceScope): boolean {
  const { isCluster = true } = service.platform.environment;
  return isCluster && outgoingCallsOf(service).some(({ layer }) => layer === 'app');
}

/** Adds a Role that lets the processes of a service read the EndpointSlices of the namespace, and nothing else. */
export function addEndpointAccess(service: Service): void {
  const name = `${service.name}-endpoints`;
  const metadata = { name, labels: serviceLabels(service) };
  new Role(service, 'role', {
    metadata,
    rules: [
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
    ],
  });
  new RoleBinding(service, 'role-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: service.name, namespace: service.platform.namespace }],
  });
}
