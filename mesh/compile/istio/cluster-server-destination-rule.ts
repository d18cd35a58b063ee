import { DestinationRule } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ClusterServer } from '../peers/cluster-servers.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';

/** Makes sidecars close connections to a Postgres or a broker in the cluster that vanished. */
export function addClusterServerDestinationRule(platform: Platform, { name }: ClusterServer): void {
  const host = `${name}.${platform.namespace}.svc.cluster.local`;
  new DestinationRule(platform, `${name}-destination-rule`, {
    metadata: { name },
    spec: { host, trafficPolicy: { connectionPool: { tcp: TCP_LIVENESS } } },
  });
}
