/** What the outside world may ask of a service. */
export interface Edge {
  readonly hosts: readonly string[];
  /** Who signs access tokens, and who they are for. */
  readonly token: { readonly issuer: string; readonly audience: string; readonly jwksPath: string };
  /** If two routes match a request, the one with the earlier literal segment serves it, whatever their order here. */
  readonly routes: readonly EdgeRoute[];
}

export interface EdgeRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /**
   * Segments of letters, digits, `-`, `.`, `_` and `~`, and parameters in braces that stand for one segment each:
   * `/v1/orders/{id}`. Each of these characters has one encoding only, so that no request can write a path in a form that
   * the mesh compares differently.
   */
  readonly path: string;
  /** Who may: everyone, the bearer of a token, or one whose token has the role. */
  readonly access: 'public' | 'token' | { readonly role: string };
  /** Whether a request may be sent again when the edge did not answer. @default that of GET */
  readonly isRetryable?: boolean;
}

/** Whether to send a request again when a pod of the edge took it and was gone before it answered. */
export function isRetryableRoute({ method, isRetryable = method === 'GET' }: EdgeRoute): boolean {
  return isRetryable;
}
