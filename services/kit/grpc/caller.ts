import type { Metadata } from '@grpc/grpc-js';

/** Metadata by which a caller names itself where no mesh does it. Not an authentication: whoever can connect can say it. */
export const CALLER_KEY = 'x-weft-caller';

/**
 * Name of the calling service; `unknown` when nothing says it. In the mesh it is the ServiceAccount of the SPIFFE id
 * that the sidecar has verified and put into x-forwarded-client-cert, which then counts alone.
 */
export function callerOf(metadata: Metadata): string {
  const certificate = metadata.get('x-forwarded-client-cert').at(-1)?.toString();
  if (certificate !== undefined) return serviceAccount(certificate) ?? 'unknown';
  return metadata.get(CALLER_KEY)[0]?.toString() || 'unknown';
}

/** Proxies append, so that the last element is about the nearest peer. */
function serviceAccount(certificate: string): string | undefined {
  const uris = [...certificate.matchAll(/URI=spiffe:\/\/[^/;,]+\/ns\/[^/;,]+\/sa\/([^/;,"]+)/g)];
  return uris.at(-1)?.[1];
}
