import type { EnvVar } from '../../../imports/kubernetes.ts';
import type { Call } from '../../graph/call.ts';
import type { Service } from '../../graph/service.ts';
import { ISTIOD } from '../peers/control-plane.ts';
import { serviceSelector } from '../peers/labels.ts';

/** Port of istiod for xDS without TLS. */
export const PLAIN_XDS_PORT = 15_010;

/** Returns whether a service makes calls of the layer `proxyless`, which istiod configures over xDS. */
export function hasProxylessCalls({ outgoingCalls }: Pick<Service, 'outgoingCalls'>): boolean {
  return outgoingCalls.some(({ layer }) => layer === 'proxyless');
}

/**
 * Returns whether a service must accept calls without TLS, which those of the layer `proxyless` are.
 * @param incoming the calls to the service
 */
export function acceptsPlaintext(incoming: readonly Call[]): boolean {
  return incoming.some(({ layer }) => layer === 'proxyless');
}

/**
 * Returns the environment variables with the bootstrap configuration of gRPC's xDS client (gRFC A27). Istiod treats the
 * node as a sidecar of the pod, and selects configuration by its labels. Kubernetes expands the pod's name and address.
 * @param service the service of the pods
 */
export function bootstrapVariables(service: { readonly name: string }, namespace: string): readonly EnvVar[] {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const bootstrap = {
    xds_servers: [
      {
        server_uri: `istiod.${ISTIOD.namespace}.svc:${PLAIN_XDS_PORT}`,
        channel_creds: [{ type: 'insecure' }],
        server_features: ['xds_v3'],
      },
    ],
    node: {
      id: `sidecar~$(WEFT_POD_ADDRESS)~$(WEFT_POD_NAME).${namespace}~${namespace}.svc.cluster.local`,
      metadata: {
        GENERATOR: 'grpc',
        NAMESPACE: namespace,
        CLUSTER_ID: 'Kubernetes',
        LABELS: serviceSelector(service),
      },
      locality: {},
    },
  };
  return [
    field('WEFT_POD_NAME', 'metadata.name'),
    field('WEFT_POD_ADDRESS', 'status.podIP'),
    { name: 'GRPC_XDS_BOOTSTRAP_CONFIG', value: JSON.stringify(bootstrap) },
  ];
}
