/**
 * Statistics that a sidecar keeps of the services it speaks for and to, beside the few that Istio keeps: what a
 * canary is judged by, and whether a policy did what it says. Envoy wants the whole name to match.
 */
const STATISTICS =
  'cluster\\.(in|out)bound.*(upstream_rq_|upstream_cx_active|upstream_cx_overflow|grpc\\.|ejections_).*';

/**
 * Bounds of the histograms of what a sidecar speaks for, milliseconds. Envoy's own have none between 1, 5, 10 and 25,
 * too far apart to compare the p99 of two versions.
 */
const INBOUND_BUCKETS = [
  0.5, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 5_000,
  10_000, 60_000,
];

/**
 * What differs for a pod's sidecar from Istio's own settings, as annotations of the pod.
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export const PROXY_ANNOTATIONS: Readonly<Record<string, string>> = {
  'proxy.istio.io/config': JSON.stringify({ proxyStatsMatcher: { inclusionRegexps: [STATISTICS] } }),
  'sidecar.istio.io/statsHistogramBuckets': JSON.stringify({ 'cluster.inbound': INBOUND_BUCKETS }),
};
