import { AuthorizationPolicy } from '../../../imports/security.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import { platformSelector } from '../peers/labels.ts';

/**
 * Adds an AuthorizationPolicy that admits only the identity of monitoring to `/metrics` of the processes. The port
 * requires mutual TLS, because a client without a certificate has no identity. The mesh cannot protect the metrics of
 * sidecars (ports 15020 and 15090).
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
