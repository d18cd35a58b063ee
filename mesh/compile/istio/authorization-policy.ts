import { AuthorizationPolicy } from '../../../imports/security.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import type { ClusterServer } from '../peers/cluster-servers.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { principal } from './principal.ts';

/** Refuses every request in the platform that no other policy allows: an empty ALLOW policy matches nothing. */
export function addDefaultDenyAuthorizationPolicy(platform: Platform): void {
  new AuthorizationPolicy(platform, 'authorization-policy', { metadata: { name: 'default-deny' }, spec: {} });
}

/** Lets the caller use the methods of a call, by its certificate; where it has none (layer `proxyless`), anybody. */
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

/** Lets the services that keep data or events in a server in the cluster connect to it; its own users do the rest. */
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
