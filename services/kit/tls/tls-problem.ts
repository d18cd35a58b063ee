/** Codes with which Node.js rejects the certificate of a server: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNKNOWN_CA = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
]);
const CA_FIX =
  'is signed by an authority that is not in the CA of this process; add the authority to the CA, and check that the address is that of the intended server';

/** Advice by error code. */
const ADVICE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server's certificate, or one that signed it, has expired; renew it at the server",
  CERT_NOT_YET_VALID:
    "the server's certificate is not valid yet; correct the clock of this machine or of the issuer",
  CERT_REVOKED: "the server's certificate is revoked; renew it at the server",
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate is for another host; use a name in the certificate as the address, or issue a certificate for this host',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'the server requires a client certificate; set tls.clientCertificate',
};
/** Does not prove that the handshake failed: a corrupted record on an established connection has the same code. */
const UNREADABLE = 'ERR_SSL_WRONG_VERSION_NUMBER';
/** Alerts of the server about the certificate of this process: RFC 8446, 6.2. */
const CLIENT_REJECTED = /^ERR_SSL_[\w/]*ALERT_(UNKNOWN_CA|\w*CERTIFICATE\w*|ACCESS_DENIED|DECRYPT_ERROR)$/;
const CLIENT_ADVICE =
  'the server rejects the client certificate; set tls.clientCertificate to a valid certificate signed by an authority that the server trusts';
/** Handshake errors of peers without a common protocol version or cipher. */
const HANDSHAKE =
  /^ERR_SSL_[\w/]*(HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|KEY_TOO_SMALL|MD_TOO_WEAK)$/;
/** Messages of Node.js and pg about a server that does not start TLS. */
const NO_TLS_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [
    /^The server does not support SSL connections$/,
    'the server does not support TLS; enable ssl in postgresql.conf, or use mode disable',
  ],
  [
    /before secure TLS connection was established/,
    'the server closes the connection before TLS is established; use its TLS port, or enable TLS on the server',
  ],
  [
    /^There was an error establishing an SSL connection$/,
    'the server does not respond as Postgres does; correct its address',
  ],
];
/** Messages of Postgres about connections that pg_hba.conf rejects. */
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  ...NO_TLS_MESSAGES,
  [/pg_hba\.conf.*no encryption/, 'the server requires TLS; set tls to mode verify-full'],
  [/connection requires a valid client certificate/, 'set tls.clientCertificate'],
  [/certificate authentication failed for user/, 'set tls.clientCertificate to a certificate for this role'],
];

/** Returns whether TLS to a server failed before any data was sent, so that a retry is safe. */
export function isTlsFailure(error: unknown): boolean {
  const code = codeOf(error);
  const isRejected = UNKNOWN_CA.has(code) || Object.hasOwn(ADVICE, code) || CLIENT_REJECTED.test(code);
  return isRejected || HANDSHAKE.test(code) || isTlsUnsupported(error);
}

/**
 * Returns what to change when TLS to a server fails or the server rejects a connection without TLS. Returns undefined
 * for any other error.
 */
export function tlsAdvice(error: unknown): string | undefined {
  const code = codeOf(error);
  if (UNKNOWN_CA.has(code)) return `the server's certificate ${CA_FIX}`;
  if (Object.hasOwn(ADVICE, code)) return ADVICE[code];
  if (CLIENT_REJECTED.test(code)) return CLIENT_ADVICE;
  if (code === UNREADABLE)
    return 'the server does not accept TLS on this port; use its TLS port, or enable TLS on the server';
  const text = textOf(error);
  const advice = MESSAGES.find(([pattern]) => pattern.test(text))?.[1];
  if (advice !== undefined) return advice;
  return HANDSHAKE.test(code)
    ? 'the TLS handshake failed; compare the TLS versions and ciphers of client and server'
    : undefined;
}

/** Returns the message of an error, followed by the advice of `tlsAdvice` if there is any. */
export function withTlsAdvice(error: unknown): string {
  const text = (textOf(error) || String(error)).trimEnd();
  const advice = tlsAdvice(error);
  return advice ? `${text}: ${advice}` : text;
}

function isTlsUnsupported(error: unknown): boolean {
  return NO_TLS_MESSAGES.some(([pattern]) => pattern.test(textOf(error)));
}

function codeOf(error: unknown): string {
  return String(Object(error).code ?? '');
}

function textOf(error: unknown): string {
  return String(Object(error).message ?? '');
}
