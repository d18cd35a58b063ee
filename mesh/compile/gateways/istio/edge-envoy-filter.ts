import { EnvoyFilter } from '../../../../imports/networking.istio.io.ts';
import { Service } from '../../../graph/service.ts';
import type { SharedEdge } from '../../../graph/shared-edge.ts';
import { INGRESS_GATEWAY } from '../../peers/control-plane.ts';
import { serviceLabels, serviceSelector } from '../../peers/labels.ts';
import { localReplyConfig } from './local-replies.ts';

const CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';

/** Same limit as the HTTP server of services. Envoy's default is 60. */
const MAX_REQUEST_HEADERS_KIB = 16;

/**
 * Adds the EnvoyFilter that makes the ingress gateway answer like a service: errors are problems, each response has the
 * request id, and a request id of the client is kept. Istio has no other API for these fields. The filter applies to
 * all HTTP hosts of the ingress gateway.
 */
export function addIngressEnvoyFilter(edge: SharedEdge): void {
  const [first] = edge.services;
  new EnvoyFilter(first, 'ingress-envoy-filter', {
    metadata: {
      name: `${first.platform.namespace}-${edge.name}-edge`,
      namespace: INGRESS_GATEWAY.namespace,
      labels: serviceLabels(first),
    },
    spec: {
      workloadSelector: { labels: INGRESS_GATEWAY.labels },
      configPatches: [
        patch('GATEWAY', {
          local_reply_config: localReplyConfig(),
          always_set_request_id_in_response: true,
          preserve_external_request_id: true,
          max_request_headers_kb: MAX_REQUEST_HEADERS_KIB,
        }),
      ],
    },
  });
}

/** Adds the EnvoyFilter that makes the sidecar of an edge service answer requests that it refuses with problems. */
export function addEdgeEnvoyFilter(service: Service): void {
  new EnvoyFilter(service, 'edge-envoy-filter', {
    metadata: { name: `${service.name}-edge`, labels: serviceLabels(service) },
    spec: {
      workloadSelector: { labels: serviceSelector(service) },
      configPatches: [patch('SIDECAR_INBOUND', { local_reply_config: localReplyConfig() }, Service.httpPort)],
    },
  });
}

function patch(
  context: 'GATEWAY' | 'SIDECAR_INBOUND',
  fields: Readonly<Record<string, unknown>>,
  portNumber?: number,
) {
  const filterChain = {
    ...(portNumber !== undefined && { destinationPort: portNumber }),
    filter: { name: CONNECTION_MANAGER },
  };
  return {
    applyTo: 'NETWORK_FILTER' as const,
    match: { context, listener: { filterChain } },
    patch: {
      operation: 'MERGE' as const,
      value: {
        name: CONNECTION_MANAGER,
        typed_config: {
          '@type':
            'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
          ...fields,
        },
      },
    },
  };
}
