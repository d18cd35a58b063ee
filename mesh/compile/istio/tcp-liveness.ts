import type { DestinationRuleTrafficPolicyConnectionPoolTcp } from '../../../imports/networking.istio.io.ts';
import { CONNECT_TIMEOUT_MS, TCP_KEEPALIVE } from '../../policy/liveness.ts';
import { istioDuration } from './istio-duration.ts';

/** TCP keepalive in Istio's format, with the values that processes use. */
export const MESH_KEEPALIVE = {
  time: istioDuration(`${TCP_KEEPALIVE.idleMs}ms`),
  interval: istioDuration(`${TCP_KEEPALIVE.intervalMs}ms`),
  probes: TCP_KEEPALIVE.probes,
} as const;

/**
 * TCP settings of every connection that a sidecar opens. Without keepalive, a sidecar keeps connections to a node that
 * lost its power until the kernel closes them, after about 15 minutes.
 */
export const TCP_LIVENESS: DestinationRuleTrafficPolicyConnectionPoolTcp = {
  connectTimeout: istioDuration(`${CONNECT_TIMEOUT_MS}ms`),
  tcpKeepalive: MESH_KEEPALIVE,
};
