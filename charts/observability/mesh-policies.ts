import { Sidecar } from '../../imports/networking.istio.io.ts';
import {
  AuthorizationPolicy,
  type AuthorizationPolicyRules,
  PeerAuthentication,
} from '../../imports/security.istio.io.ts';
import { INGRESS_GATEWAY, ISTIO_NAMESPACE } from '../../mesh/compile/peers/control-plane.ts';
import type { PartClient } from './access.ts';
import { MONITORING_NAMESPACE, PART_NAMES, partLabels } from './names.ts';
import type { ObservabilityPart } from './settings.ts';
import type { Stack } from './stack.ts';

/** Requires mutual TLS in the namespace of the stack, and admits only the declared clients of each port. */
export function addMeshPolicies(stack: Stack): void {
  const { chart, parts } = stack;
  new PeerAuthentication(chart, 'peer-authentication', {
    metadata: { name: 'default' },
    spec: { mtls: { mode: 'STRICT' } },
  });
  new AuthorizationPolicy(chart, 'authorization-policy', { metadata: { name: 'default-deny' }, spec: {} });
  new Sidecar(chart, 'sidecar', {
    metadata: { name: 'default' },
    spec: {
      egress: [{ hosts: ['./*', `${ISTIO_NAMESPACE}/*`] }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    },
  });
  for (const part of parts) addAuthorizationPolicy(stack, part);
}

function addAuthorizationPolicy(stack: Stack, part: ObservabilityPart): void {
  const rules = stack.portsOf(part).flatMap(({ port, clients }): readonly AuthorizationPolicyRules[] =>
    clients.length === 0
      ? []
      : [
          {
            from: [{ source: { principals: clients.flatMap((client) => principals(stack, client)) } }],
            to: [{ operation: { ports: [String(port)] } }],
          },
        ],
  );
  if (rules.length === 0) return;
  new AuthorizationPolicy(stack.chart, `${part}-authorization-policy`, {
    metadata: { name: PART_NAMES[part], labels: partLabels(part) },
    spec: { selector: { matchLabels: { app: PART_NAMES[part] } }, action: 'ALLOW', rules },
  });
}

function principals({ platform }: Stack, client: PartClient): readonly string[] {
  if (client === 'ingress') return [INGRESS_GATEWAY.principal];
  if (client === 'shop')
    return platform.services.map(({ name }) => `cluster.local/ns/${platform.namespace}/sa/${name}`);
  return [`cluster.local/ns/${MONITORING_NAMESPACE}/sa/${PART_NAMES[client]}`];
}
