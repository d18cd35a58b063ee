/** How a client verifies a server's certificate. Names and meanings are those of libpq's `sslmode`. */
export const TLS_MODES = ['verify-full', 'verify-ca', 'require', 'disable'] as const;

/** TLS settings of a connection in app.json. Paths are relative to the folder WEFT_TLS. */
export type AppTls =
  | {
      readonly mode: 'verify-full';
      /** PEM certificates of the trusted authorities. @default the authorities that Node.js trusts */
      readonly ca?: string;
      readonly clientCertificate?: AppClientCertificate;
    }
  | {
      readonly mode: 'verify-ca';
      /** PEM certificates of the trusted authorities. */
      readonly ca: string;
      readonly clientCertificate?: AppClientCertificate;
    }
  | { readonly mode: 'require'; readonly clientCertificate?: AppClientCertificate }
  | { readonly mode: 'disable' };

/** A certificate that identifies the client to the server. */
export interface AppClientCertificate {
  /** PEM certificate of the client, followed by the intermediate certificates. */
  readonly certificate: string;
  /** PEM private key without a passphrase. */
  readonly key: string;
}
