/**
 * Statistics that a sidecar keeps of the services it speaks for and to, beside the few that Istio keeps: what a
 * canary is judged by, and whether a policy did what it says.
 */
const STATISTICS =
  'cluster\\.(in|out)bound.*(upstream_rq_|upstream_cx_active|upstream_cx_overflow|grpc\\.|ejections_)';

/**
 * What differs for a pod's sidecar from Istio's own settings, as the annotation `proxy.istio.io/config` has it.
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
 */
export const PROXY_CONFIG = JSON.stringify({ proxyStatsMatcher: { inclusionRegexps: [STATISTICS] } });
