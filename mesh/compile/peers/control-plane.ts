/** Istio's own workloads, as its default profile installs them. */
export const ISTIO_NAMESPACE = 'istio-system';

export const ISTIOD = { namespace: ISTIO_NAMESPACE, labels: { app: 'istiod' } } as const;

/** Where sidecars ask istiod for their configuration. */
export const ISTIOD_XDS_PORT = 15_012;

export const INGRESS_GATEWAY = {
  namespace: ISTIO_NAMESPACE,
  labels: { istio: 'ingressgateway' },
  principal: `cluster.local/ns/${ISTIO_NAMESPACE}/sa/istio-ingressgateway-service-account`,
} as const;

/**
 * Where a sidecar shows metrics: 15020 those of the agent and of Envoy, 15090 those of Envoy alone. Neither is
 * intercepted by the sidecar, so neither mutual TLS nor an AuthorizationPolicy applies.
 * @see https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
 */
export const SIDECAR_METRICS_PORTS = [15_020, 15_090] as const;
