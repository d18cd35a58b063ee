/** Gateways that the probes run against. */
export const GATEWAY_NAMES = ['express', 'istio-ingress', 'nginx'] as const;
export type GatewayName = (typeof GATEWAY_NAMES)[number];

/** An answer of a gateway that differs from the contract, with its reason. */
export interface GatewayDifference {
  /** Name of the probe. */
  readonly probe: string;
  readonly answer: string;
  readonly reason: string;
}

const NO_ID = 'Envoy refuses the request before it assigns a request id';

function withoutId(answer: string, ...probes: readonly string[]): readonly GatewayDifference[] {
  return probes.map((probe) => ({ probe, answer: `${answer} (no request id)`, reason: NO_ID }));
}

/** The known differences. A run fails for a difference that is not listed, and for a listed one that has gone. */
export const GATEWAY_DIFFERENCES: Readonly<Record<GatewayName, readonly GatewayDifference[]>> = {
  express: [],
  'istio-ingress': [
    ...withoutId('431 headers-too-large', 'a header of 64 KiB', 'a path of 64 KiB'),
    ...withoutId(
      '400 malformed-request',
      'a request with a length and an encoding',
      'a request with two lengths',
      'a request with a negative length',
      'a request with an unknown encoding',
      'a request with a space before a colon',
      'a request with NUL in a header',
      'a request with an invalid chunk size',
      'a request without Host',
      'a request line without a version',
      'a request with a space in its path',
    ),
    {
      probe: 'a request with a folded header',
      answer: '400 invalid-request',
      reason:
        'Envoy replaces a line fold by a space, as RFC 9112, 5.2 allows a proxy, and the service refuses the body of the request',
    },
  ],
  nginx: [
    {
      probe: 'GET of a path above the root',
      answer: '400 malformed-request',
      reason: 'nginx refuses a path with more dot segments than segments before them',
    },
    {
      probe: 'GET of a path with a backslash',
      answer: '404 not-found',
      reason:
        'nginx does not treat a backslash as a slash, so it could apply the rules of another route than the service; the configuration refuses such a path',
    },
    {
      probe: 'a request line without a version',
      answer: 'connection closed',
      reason:
        'nginx reads it as HTTP/0.9, whose responses have no status; the configuration closes the connection',
    },
  ],
};
