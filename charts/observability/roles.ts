import {
  ApiResource,
  ClusterRole,
  ClusterRoleBinding,
  type IRole,
  Role,
  RoleBinding,
  type ServiceAccount,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { PART_NAMES, partLabels } from './names.ts';

const READ = ['get', 'list', 'watch'];

/**
 * Returns a role as its interface. The types of cdk8s-plus contradict each other under `exactOptionalPropertyTypes`.
 */
function asRole(role: Role | ClusterRole): IRole {
  return role as IRole;
}

/** Lets Prometheus discover the pods of `namespaces`, and nothing else. */
export function addDiscoveryRoles(
  scope: Construct,
  account: ServiceAccount,
  namespaces: readonly string[],
): void {
  for (const namespace of namespaces) {
    const metadata = { name: PART_NAMES.prometheus, namespace, labels: partLabels('prometheus') };
    const role = new Role(scope, `prometheus-role-${namespace}`, {
      metadata,
      rules: [{ verbs: READ, resources: [ApiResource.PODS] }],
    });
    new RoleBinding(scope, `prometheus-role-binding-${namespace}`, {
      metadata,
      role: asRole(role),
    }).addSubjects(account);
  }
}

/** Resources that Kiali shows, by API group. It does not read Secrets. */
const KIALI_RESOURCES: Readonly<Record<string, readonly string[]>> = {
  '': ['configmaps', 'endpoints', 'namespaces', 'pods', 'replicationcontrollers', 'services'],
  apps: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  batch: ['cronjobs', 'jobs'],
  'networking.istio.io': ['*'],
  'security.istio.io': ['*'],
  'extensions.istio.io': ['*'],
  'telemetry.istio.io': ['*'],
  'gateway.networking.k8s.io': ['*'],
  'admissionregistration.k8s.io': ['mutatingwebhookconfigurations'],
};

/**
 * Lets Kiali read the workloads and the objects of Istio in all namespaces, and forward ports of pods of Istio's own
 * namespace: it reads the state of istiod through the API server.
 */
export function addKialiRoles(scope: Construct, account: ServiceAccount, istioNamespace: string): void {
  const labels = partLabels('kiali');
  const clusterWide = { name: PART_NAMES.kiali, labels };
  const role = new ClusterRole(scope, 'kiali-cluster-role', {
    metadata: clusterWide,
    rules: Object.entries(KIALI_RESOURCES).map(([apiGroup, resources]) => ({
      verbs: READ,
      endpoints: resources.map((resourceType) => ApiResource.custom({ apiGroup, resourceType })),
    })),
  });
  new ClusterRoleBinding(scope, 'kiali-cluster-role-binding', {
    metadata: clusterWide,
    role: asRole(role),
  }).addSubjects(account);
  const metadata = { name: PART_NAMES.kiali, namespace: istioNamespace, labels };
  const portForward = new Role(scope, 'kiali-role', {
    metadata,
    rules: [
      {
        verbs: ['create'],
        resources: [ApiResource.custom({ apiGroup: '', resourceType: 'pods/portforward' })],
      },
    ],
  });
  new RoleBinding(scope, 'kiali-role-binding', { metadata, role: asRole(portForward) }).addSubjects(account);
}
