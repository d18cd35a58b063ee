import { AuthorizationPolicy } from '../../../imports/security.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import { platformSelector } from '../peers/labels.ts';

/**
 * Lets only the identity of monitoring read `/metrics` of the processes. Mutual TLS of the port stays STRICT, since a client
 * without a certificate of the mesh has no identity. The mesh cannot protect the metrics of sidecars (15020, 15090).
 */
export function addMonitoringAuthorizationPolicy(platform: Platform): void {
  const { monitoring } = platform.environment;
  if (!monitoring || platform.services.length === 0) return;
  const { namespace, serviceAccount } = monitoring;
  new AuthorizationPolicy(platform, 'monitoring-authorization-policy', {
    metadata: { name: 'monitoring' },
    spec: {
      selector: { matchLabels: platformSelector(platform) },
      action: 'ALLOW',
      rules: [
        {
          from: [{ source: { principals: [`cluster.local/ns/${namespace}/sa/${serviceAccount}`] } }],
          to: [{ operation: { ports: [String(Service.adminPort)], methods: ['GET'], paths: ['/metrics'] } }],
        },
      ],
    },
  });
}
