/** Namespace of Istio's workloads in its default profile. */
export const ISTIO_NAMESPACE = 'istio-system';

export const ISTIOD = { namespace: ISTIO_NAMESPACE, labels: { app: 'istiod' } } as const;

/** Port of istiod from which sidecars fetch their configuration (xDS over mutual TLS). */
export const ISTIOD_XDS_PORT = 15_012;

export const INGRESS_GATEWAY = {
  namespace: ISTIO_NAMESPACE,
  labels: { istio: 'ingressgateway' },
  principal: `cluster.local/ns/${ISTIO_NAMESPACE}/sa/istio-ingressgateway-service-account`,
} as const;

/**
 * Metrics ports of a sidecar: 15020 for the agent and Envoy, 15090 for Envoy alone. The sidecar does not intercept these
 * ports, so neither mutual TLS nor AuthorizationPolicies apply to them.
 * @see https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
 */
export const SIDECAR_METRICS_PORTS = [15_020, 15_090] as const;
