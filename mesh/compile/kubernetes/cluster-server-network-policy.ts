import { NetworkPolicy } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ClusterServer } from '../cluster-servers.ts';
import { serviceSelector } from '../labels.ts';
import { platformEgress } from './network-policy.ts';

/** Lets the services that keep data or events in a server in the cluster reach it, and nobody else. */
export function clusterServerNetworkPolicy(platform: Platform, { name, port, clients }: ClusterServer): void {
  new NetworkPolicy(platform, `${name}-network-policy`, {
    metadata: { name },
    spec: {
      podSelector: { matchLabels: serviceSelector({ name }) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: clients.map((service) => ({ podSelector: { matchLabels: serviceSelector(service) } })),
          ports: [{ port }],
        },
      ],
      egress: platformEgress(platform),
    },
  });
}
