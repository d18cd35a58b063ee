/** The kinds whose schemas are vendored: those that the compilers generate. */
export const KUBERNETES_KINDS: Readonly<Record<string, readonly string[]>> = {
  v1: ['Namespace', 'ServiceAccount', 'Service', 'ConfigMap', 'Secret'],
  'apps/v1': ['Deployment', 'StatefulSet'],
  'batch/v1': ['Job'],
  'policy/v1': ['PodDisruptionBudget'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'networking.k8s.io/v1': ['NetworkPolicy'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
};

export const ISTIO_KINDS: Readonly<Record<string, readonly string[]>> = {
  'networking.istio.io/v1': ['VirtualService', 'DestinationRule', 'Gateway', 'Sidecar', 'ServiceEntry'],
  'networking.istio.io/v1alpha3': ['EnvoyFilter'],
  'security.istio.io/v1': ['PeerAuthentication', 'AuthorizationPolicy', 'RequestAuthentication'],
  'telemetry.istio.io/v1': ['Telemetry'],
};
