import { PeerAuthentication } from '../../../imports/security.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';

/** Every pod of the platform takes mutual TLS and nothing else. */
export function addStrictPeerAuthentication(platform: Platform): void {
  new PeerAuthentication(platform, 'peer-authentication', {
    metadata: { name: 'default' },
    spec: { mtls: { mode: 'STRICT' } },
  });
}

/**
 * Lets those in at `ports` of a service who have no certificate: istiod, which has no sidecar and fetches the keys that
 * access tokens are verified with from the edge, and processes that istiod tells what to do. They have no principal:
 * AuthorizationPolicies give them what is meant for them and nothing else.
 */
export function addPlaintextPeerAuthentication(service: Service, ports: readonly number[]): void {
  new PeerAuthentication(service, 'peer-authentication', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      selector: { matchLabels: serviceSelector(service) },
      mtls: { mode: 'STRICT' },
      portLevelMtls: Object.fromEntries(ports.map((port) => [port, { mode: 'PERMISSIVE' as const }])),
    },
  });
}
