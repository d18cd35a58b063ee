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
