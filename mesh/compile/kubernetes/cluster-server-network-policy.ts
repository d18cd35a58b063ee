import { NetworkPolicy } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ClusterServer } from '../peers/cluster-servers.ts';
import { serviceSelector } from '../peers/labels.ts';
import { pods } from './network-peer.ts';
import { platformEgress } from './platform-egress.ts';

/** Adds a NetworkPolicy that admits only the clients of a database or broker in the cluster. */
export function addClusterServerNetworkPolicy(
  platform: Platform,
  { name, port, clients }: ClusterServer,
): void {
  new NetworkPolicy(platform, `${name}-network-policy`, {
    metadata: { name },
    spec: {
      podSelector: { matchLabels: serviceSelector({ name }) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: clients.map(pods),
          ports: [{ port }],
        },
      ],
      egress: platformEgress(platform),
    },
  });
}
