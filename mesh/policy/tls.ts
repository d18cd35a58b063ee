/** How a client treats the certificate of a server; the names and meanings are those of libpq's `sslmode`. */
export const TLS_MODES = ['verify-full', 'verify-ca', 'require', 'disable'] as const;

/** TLS to a server, as app.json has it. Paths are relative to the folder WEFT_TLS. */
export type AppTls =
  | {
      readonly mode: 'verify-full';
      /** PEM certificates of authorities. @default those that Node.js trusts */
      readonly ca?: string;
      readonly clientCertificate?: AppClientCertificate;
    }
  | {
      readonly mode: 'verify-ca';
      /** PEM certificates of authorities. */
      readonly ca: string;
      readonly clientCertificate?: AppClientCertificate;
    }
  | { readonly mode: 'require'; readonly clientCertificate?: AppClientCertificate }
  | { readonly mode: 'disable' };

/** A certificate that identifies the client to the server. */
export interface AppClientCertificate {
  /** PEM certificate of the client, followed by those of intermediate authorities. */
  readonly certificate: string;
  /** PEM private key without a passphrase. */
  readonly key: string;
}
