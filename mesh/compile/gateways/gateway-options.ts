import { Service } from '../../graph/service.ts';
import type { SharedEdge } from '../../graph/shared-edge.ts';

/** Tries of a request after the first one, as in the mesh. */
export const MAX_RETRIES = 2;

/** Bytes of the body that a request to a route without a body may have all the same. */
export const MAX_UNREAD_BODY_BYTES = 1_024;

/** The rate limit of one client, by its address. */
export interface ClientRateLimit {
  /** Sustained requests per second. */
  readonly perSecond: number;
  /** Requests above the sustained rate that are served at once. */
  readonly burst: number;
}

/** Input of a compiler for a gateway, besides the edge. */
export interface EdgeGatewayOptions {
  readonly rateLimit: ClientRateLimit;
  /** Returns the `host:port` of a service's HTTP server. @default its DNS name in the cluster, and port 8080 */
  readonly addressOf?: (service: Service) => string;
  /** Number of trusted proxies in front of the gateway that append to `X-Forwarded-For`. @default 0 */
  readonly numTrustedProxies?: number;
}

/** Returns the `host:port` of a service's HTTP server in the cluster. */
export function clusterAddress({ host }: Service): string {
  return `${host}:${Service.httpPort}`;
}

/** Returns the service that verifies access tokens for a gateway: the one that serves the public keys. */
export function tokenVerifierOf({ routes, token, services: [first] }: SharedEdge): Service {
  return routes.find(({ path }) => path === token.jwksPath)?.service ?? first;
}
