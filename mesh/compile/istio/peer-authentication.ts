import { PeerAuthentication } from '../../../imports/security.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';

/** Adds a PeerAuthentication that requires mutual TLS for every pod of the platform. */
export function addStrictPeerAuthentication(platform: Platform): void {
  new PeerAuthentication(platform, 'peer-authentication', {
    metadata: { name: 'default' },
    spec: { mtls: { mode: 'STRICT' } },
  });
}

/**
 * Adds a PeerAuthentication that accepts clients without a certificate at `ports` of a service: istiod, which has no
 * sidecar and fetches the public keys of access tokens from the edge, and callers of the layer `proxyless`.
 * AuthorizationPolicies limit such clients, which have no principal, to their paths.
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
