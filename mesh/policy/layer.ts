/**
 * Who enforces a call policy: the caller's sidecar Envoy, the calling process,
 * or the calling process as configured by istiod over xDS.
 */
export type Layer = 'mesh' | 'app' | 'proxyless';
