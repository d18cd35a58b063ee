/**
 * Envoy statistics that a sidecar records in addition to Istio's defaults. They are used to judge canaries and to
 * verify that policies take effect. Envoy matches the expression against the whole name.
 */
const STATISTICS =
  'cluster\\.(in|out)bound.*(upstream_rq_|upstream_cx_active|upstream_cx_overflow|grpc\\.|ejections_).*';

/**
 * Bucket bounds of the histograms of inbound requests, in milliseconds. Envoy's default bounds 1, 5, 10 and 25 are too
 * far apart to compare the p99 of two versions.
 */
const INBOUND_BUCKETS = [
  0.5, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 5_000,
  10_000, 60_000,
];

/**
 * Pod annotations that configure the sidecar.
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export const PROXY_ANNOTATIONS: Readonly<Record<string, string>> = {
  'proxy.istio.io/config': JSON.stringify({ proxyStatsMatcher: { inclusionRegexps: [STATISTICS] } }),
  'sidecar.istio.io/statsHistogramBuckets': JSON.stringify({ 'cluster.inbound': INBOUND_BUCKETS }),
};
