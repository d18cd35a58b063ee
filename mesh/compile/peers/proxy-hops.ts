import type { Environment } from '../../graph/environment.ts';

/**
 * Returns how many proxies in front of the edge append to `X-Forwarded-For`: the trusted proxies of the environment
 * and, with Istio, the ingress gateway. The sidecar does not count, because it appends nothing (`use_remote_address:
 * false`).
 */
export function proxyHops({ hasIstio, numTrustedProxies = 0 }: Environment): number {
  return numTrustedProxies + (hasIstio ? 1 : 0);
}
