import type { Duration } from './duration.ts';

/** The HTTP routes that a service serves to external clients. */
export interface Edge {
  /**
   * Host names of the external clients' requests. Services with the same hosts and the same token settings share one
   * edge: each request goes to the service that serves its route.
   */
  readonly hosts: readonly string[];
  readonly token: EdgeToken;
  /** The routes, in any order. If two paths match a request, the one with the earlier literal segment serves it. */
  readonly routes: readonly EdgeRoute[];
}

/** Access tokens (JWT, RFC 7519) of external clients. */
export interface EdgeToken {
  readonly issuer: string;
  readonly audience: string;
  /** Path of the issuer's public keys (JWKS, RFC 7517). */
  readonly jwksPath: string;
  /** Roles that a token can have, in its claim `role`. */
  readonly roles: readonly string[];
}

export interface EdgeRoute {
  readonly method: EdgeMethod;
  /**
   * Segments of letters, digits, `-`, `.`, `_` and `~`, and parameters in braces that match one segment each:
   * `/v1/orders/{id}`. Each of these characters has only one encoding. Therefore no request can bypass a rule of the
   * mesh by encoding the path differently.
   */
  readonly path: string;
  /** Name of the service's function that handles the request, unique in the service. */
  readonly handler: string;
  readonly access: EdgeAccess;
  /** The request body. @default requests have no body */
  readonly body?: EdgeBody;
  /** Format of a response that arrives in parts and may last as long as the client wants. @default a whole response */
  readonly stream?: 'server-sent-events' | 'ndjson';
  /**
   * Time from the end of the request to the end of the response; `none` for no limit. A proxy of the edge answers 504
   * after it. @default `15s`; `none` for streams and unlimited bodies
   */
  readonly timeout?: Duration | 'none';
  /** Whether a request may be retried after the edge failed without a response. @default true for GET */
  readonly isRetryable?: boolean;
}

/** A GET route answers HEAD as well. The edge itself answers OPTIONS. */
export type EdgeMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Authorization: `public` is everyone, `token` any valid access token, `role` an access token with that role. `owner` is
 * a valid access token too; in addition, the service answers 404 if the object belongs to another account.
 */
export type EdgeAccess = 'public' | 'token' | 'owner' | { readonly role: string };

export interface EdgeBody {
  /** Such as `application/json`; at least one. Others are refused with 415. */
  readonly mediaTypes: readonly string[];
  /** Larger bodies are refused with 413; `unlimited` for a body that is processed as it arrives. */
  readonly maxBytes: number | 'unlimited';
}

const DEFAULT_EDGE_TIMEOUT: Duration = '15s';

/** Returns whether a request may be retried after the pod that received it failed without a response. */
export function isRetryableRoute({ method, isRetryable = method === 'GET' }: EdgeRoute): boolean {
  return isRetryable;
}

/** Returns whether the request or the response of a route lasts as long as the client wants. */
export function isStreamRoute({ stream, body }: EdgeRoute): boolean {
  return stream !== undefined || body?.maxBytes === 'unlimited';
}

/** Returns the time limit of a route, with its default. */
export function edgeTimeout(route: EdgeRoute): Duration | 'none' {
  return route.timeout ?? (isStreamRoute(route) ? 'none' : DEFAULT_EDGE_TIMEOUT);
}
