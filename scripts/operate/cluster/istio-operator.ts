import type { IstioInstall } from '../../../mesh/compile/istio/install.ts';
import { YamlWriter } from '../../../mesh/render/yaml.ts';

/** Node port of the ingress gateway. */
export const INGRESS_NODE_PORT = 30_080;

/** Annotation of the ingress gateway's Service with its address on this machine. */
export const ADDRESS_ANNOTATION = 'weft/address';

/**
 * Returns an IstioOperator for a small machine: one istiod, one ingress gateway on a node port, and sidecars that only
 * allow declared egress.
 *
 * @param address address of the ingress gateway, such as `http://127.0.0.1:8080`
 * @param install the Istio settings of the environment
 */
export function istioOperator(address: string, { meshConfig, components }: IstioInstall): string {
  const [ingress] = components.ingressGateways;
  const operator = {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    spec: {
      profile: 'default',
      meshConfig: {
        ...meshConfig,
        outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        // A process that starts before its sidecar has no network.
        defaultConfig: { holdApplicationUntilProxyStarts: true },
      },
      components: {
        pilot: { k8s: { resources: requests(50, 128) } },
        ingressGateways: [
          {
            ...ingress,
            k8s: {
              ...ingress.k8s,
              resources: requests(25, 64),
              serviceAnnotations: { [ADDRESS_ANNOTATION]: address },
              service: {
                ...ingress.k8s.service,
                type: 'NodePort',
                ports: [
                  { name: 'status-port', port: 15_021, targetPort: 15_021 },
                  { name: 'http2', port: 80, targetPort: 8_080, nodePort: INGRESS_NODE_PORT },
                ],
              },
            },
          },
        ],
      },
      values: {
        pilot: {
          autoscaleEnabled: false,
          // Keeps istiod from fetching signing keys from the metadata service of a cloud (SSRF).
          env: { BLOCKED_CIDRS_IN_JWKS_URIS: '169.254.0.0/16' },
        },
        gateways: { 'istio-ingressgateway': { autoscaleEnabled: false } },
        global: { proxy: { resources: { ...requests(10, 48), limits: { memory: '256Mi' } } } },
      },
    },
  };
  return new YamlWriter().stringify([operator]);
}

function requests(cpuMillis: number, memoryMiB: number) {
  return { requests: { cpu: `${cpuMillis}m`, memory: `${memoryMiB}Mi` } };
}
