import { NetworkPolicy } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import { SIDECAR_METRICS_PORTS } from '../peers/control-plane.ts';
import { inNamespace } from './network-peer.ts';

/**
 * Adds a NetworkPolicy that admits monitoring to the metrics ports of every pod in the namespace, including those of
 * sidecars. Sidecars do not intercept their own metrics ports, so this policy is the only protection of them.
 */
export function addMonitoringNetworkPolicy(platform: Platform): void {
  const { monitoring, hasIstio } = platform.environment;
  if (!monitoring) return;
  const ports = [Service.adminPort, ...(hasIstio ? SIDECAR_METRICS_PORTS : [])];
  new NetworkPolicy(platform, 'monitoring-network-policy', {
    metadata: { name: 'monitoring' },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [inNamespace(monitoring)], ports: ports.map((port) => ({ port })) }],
    },
  });
}
