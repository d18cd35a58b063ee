import { AuthorizationPolicy } from '../../../imports/security.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ServiceScope } from '../../graph/scopes.ts';
import { Service } from '../../graph/service.ts';
import type { ClusterServer } from '../peers/cluster-servers.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';

/**
 * Adds an AuthorizationPolicy that denies every request that no other policy allows: an empty ALLOW policy matches
 * nothing.
 */
export function addDefaultDenyAuthorizationPolicy(platform: Platform): void {
  new AuthorizationPolicy(platform, 'authorization-policy', { metadata: { name: 'default-deny' }, spec: {} });
}

/**
 * Adds the AuthorizationPolicy that admits the caller to the methods of a call, by the identity in its certificate.
 * Calls of the layer `proxyless` have no certificate, so their methods are open to every pod.
 */
export function addCallAuthorizationPolicy(call: Call): void {
  new AuthorizationPolicy(call, 'authorization-policy', {
    metadata: { name: `${call.caller.name}-to-${call.name}`, labels: serviceLabels(call.caller) },
    spec: {
      selector: { matchLabels: serviceSelector(call.callee) },
      action: 'ALLOW',
      rules: [
        {
          ...(call.layer !== 'proxyless' && { from: [{ source: { principals: [principal(call.caller)] } }] }),
          // gRPC is always POST.
          to: [{ operation: { ports: [String(Service.grpcPort)], methods: ['POST'], paths: call.paths } }],
        },
      ],
    },
  });
}

/**
 * Adds an AuthorizationPolicy that admits the clients of a database or broker in the cluster. Inside the server, the
 * database or broker user of each client restricts access further.
 */
export function addClusterServerAuthorizationPolicy(
  platform: Platform,
  { name, port, clients }: ClusterServer,
): void {
  const principals = clients.map(principal);
  new AuthorizationPolicy(platform, `${name}-authorization-policy`, {
    metadata: { name },
    spec: {
      selector: { matchLabels: serviceSelector({ name }) },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals } }], to: [{ operation: { ports: [String(port)] } }] }],
    },
  });
}

/** Returns the identity in a service's certificate: a SPIFFE id without `spiffe://`. */
function principal(service: ServiceScope): string {
  return `cluster.local/ns/${service.platform.namespace}/sa/${service.name}`;
}
