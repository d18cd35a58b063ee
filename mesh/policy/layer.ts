/**
 * The component that enforces a call policy.
 *
 * - `mesh`: the sidecar Envoy of the caller.
 * - `app`: the calling process.
 * - `proxyless`: the calling process, configured by istiod over xDS.
 */
export type Layer = 'mesh' | 'app' | 'proxyless';
