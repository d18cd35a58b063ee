import { NetworkPolicy } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';
import { serviceSelector } from '../labels.ts';
import { POSTGRES, usesPostgres } from '../stores.ts';
import { platformEgress } from './network-policy.ts';

/** Lets the services that have a store or topics reach the Postgres server in the cluster, and nobody else. */
export function postgresNetworkPolicy(platform: Platform): void {
  const clients = platform.services.filter(usesPostgres);
  new NetworkPolicy(platform, 'postgres-network-policy', {
    metadata: { name: POSTGRES.name },
    spec: {
      podSelector: { matchLabels: serviceSelector(POSTGRES) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: clients.map((service) => ({ podSelector: { matchLabels: serviceSelector(service) } })),
          ports: [{ port: POSTGRES.port }],
        },
      ],
      egress: platformEgress(platform),
    },
  });
}
