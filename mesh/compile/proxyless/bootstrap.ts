import type { EnvVar } from '../../../imports/kubernetes.ts';
import type { Call } from '../../graph/call.ts';
import type { Service } from '../../graph/service.ts';
import { ISTIOD } from '../peers/control-plane.ts';
import { serviceSelector } from '../peers/labels.ts';

/** Port of istiod for xDS in plain text. */
export const PLAIN_XDS_PORT = 15_010;

/** Whether processes of a service are told by istiod how to make calls. */
export function hasProxylessCalls({ outgoingCalls }: Pick<Service, 'outgoingCalls'>): boolean {
  return outgoingCalls.some(({ layer }) => layer === 'proxyless');
}

/** Whether somebody calls without a certificate. @param incoming the calls to a service */
export function acceptsPlaintext(incoming: readonly Call[]): boolean {
  return incoming.some(({ layer }) => layer === 'proxyless');
}

/**
 * What tells gRPC's xDS client who it is and whom to ask (gRFC A27). Istiod takes the node for a proxy of the pod, and
 * finds rules by its labels; Kubernetes puts the pod's name and address in.
 * @param of the service whose pods it is for
 */
export function bootstrapVariables(of: { readonly name: string }, namespace: string): readonly EnvVar[] {
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
        LABELS: serviceSelector(of),
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
