import { DestinationRule } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ClusterServer } from '../peers/cluster-servers.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';

/**
 * Adds a DestinationRule with TCP keepalive, by which sidecars detect that a database or broker in the cluster
 * vanished.
 */
export function addClusterServerDestinationRule(platform: Platform, { name }: ClusterServer): void {
  const host = `${name}.${platform.namespace}.svc.cluster.local`;
  new DestinationRule(platform, `${name}-destination-rule`, {
    metadata: { name },
    spec: { host, trafficPolicy: { connectionPool: { tcp: TCP_LIVENESS } } },
  });
}
