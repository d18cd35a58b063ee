import type { Environment } from '../../graph/environment.ts';

/**
 * Returns how many proxies in front of the edge's process append to `X-Forwarded-For`: those of the environment, and
 * with Istio the ingress gateway. The sidecar is the process's peer but appends nothing (`use_remote_address: false`).
 */
export function proxyHops({ hasIstio, numTrustedProxies = 0 }: Environment): number {
  return numTrustedProxies + (hasIstio ? 1 : 0);
}
