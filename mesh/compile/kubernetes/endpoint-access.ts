import { Role, RoleBinding } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels } from '../peers/labels.ts';

/** Of the Service `kubernetes`, in every cluster. */
export const API_SERVER_PORT = 443;

/**
 * Whether the processes of a service choose among endpoints and ask the cluster who is there: it makes calls of layer
 * `app`, in a cluster.
 */
export function choosesEndpoints({ outgoingCalls, platform }: Service): boolean {
  const { isCluster = true } = platform.environment;
  return isCluster && outgoingCalls.some(({ layer }) => layer === 'app');
}

/** Lets a service's processes see the endpoints of the namespace, and nothing else that the Kubernetes API has. */
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
