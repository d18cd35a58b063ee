import { PeerAuthentication } from '../../../imports/security.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../labels.ts';

/** Every pod of the platform takes mutual TLS and nothing else. */
export function strictPeerAuthentication(platform: Platform): void {
  new PeerAuthentication(platform, 'peer-authentication', {
    metadata: { name: 'default' },
    spec: { mtls: { mode: 'STRICT' } },
  });
}

/**
 * Lets processes in that istiod tells what to do: they speak for themselves and have no certificate. Who they are, the
 * callee believes.
 */
export function plaintextPeerAuthentication(callee: Service): void {
  new PeerAuthentication(callee, 'peer-authentication', {
    metadata: { name: callee.name, labels: serviceLabels(callee) },
    spec: {
      selector: { matchLabels: serviceSelector(callee) },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { [Service.grpcPort]: { mode: 'PERMISSIVE' } },
    },
  });
}

/**
 * Lets istiod, which has no sidecar, fetch the keys that access tokens are verified with from the edge. Whoever has
 * no certificate has no principal: the edge's AuthorizationPolicy gives it those keys and nothing else.
 */
export function edgePeerAuthentication(edge: Service): void {
  new PeerAuthentication(edge, 'peer-authentication', {
    metadata: { name: edge.name, labels: serviceLabels(edge) },
    spec: {
      selector: { matchLabels: serviceSelector(edge) },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { [Service.httpPort]: { mode: 'PERMISSIVE' } },
    },
  });
}
