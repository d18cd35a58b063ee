import { NetworkPolicy } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import { SIDECAR_METRICS_PORTS } from '../peers/control-plane.ts';
import { inNamespace } from './network-peer.ts';

/**
 * Admits monitoring to the metrics of every pod in the namespace: those of processes and, with Istio, those of sidecars.
 * Sidecars do not intercept their own metrics ports, so there this policy is the only protection.
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
