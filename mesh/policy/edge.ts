/** The HTTP routes that a service serves to external clients. */
export interface Edge {
  /** Host names of the external clients' requests. */
  readonly hosts: readonly string[];
  /** Issuer and audience of access tokens (JWT), and the path of the issuer's public keys (JWKS). */
  readonly token: { readonly issuer: string; readonly audience: string; readonly jwksPath: string };
  /** The routes, in any order. If two routes match a request, the one with the earlier literal segment serves it. */
  readonly routes: readonly EdgeRoute[];
}

export interface EdgeRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /**
   * Segments of letters, digits, `-`, `.`, `_` and `~`, and parameters in braces that match one segment each:
   * `/v1/orders/{id}`. Each of these characters has only one encoding. Therefore no request can bypass a rule of the
   * mesh by encoding the path differently.
   */
  readonly path: string;
  /** Authorization: `public` is everyone, `token` any valid access token, `role` an access token with that role. */
  readonly access: 'public' | 'token' | { readonly role: string };
  /** Whether a request may be retried after the edge failed without a response. @default true for GET */
  readonly isRetryable?: boolean;
  /** Whether its responses last as long as the client wants, such as server-sent events. @default false */
  readonly isStream?: boolean;
}

/** Returns whether a request may be retried after the pod that received it failed without a response. */
export function isRetryableRoute({ method, isRetryable = method === 'GET' }: EdgeRoute): boolean {
  return isRetryable;
}
