import type { SecretKey } from './secret-key.ts';

/** PEM certificates of authorities, in a Secret or a ConfigMap that is made outside of the manifests. */
export type CertificateAuthority = SecretKey | { readonly configMap: string; readonly key: string };

/**
 * The certificate with which a service identifies itself: a Secret of type kubernetes.io/tls, with the keys `tls.crt` and
 * `tls.key`. `<service>` in the name stands for the name of the service, so that each has a certificate of its own.
 */
export interface ClientCertificate {
  readonly secret: string;
}

/**
 * How connections to a server outside of the cluster are protected. The modes are those of libpq's `sslmode`
 * (https://www.postgresql.org/docs/18/libpq-ssl.html); `allow` and `prefer` are left out, since anybody between client
 * and server can turn them into `disable`.
 *
 * - `verify-full`: encrypts, verifies that `ca` signed the certificate, and that it names the host of the address.
 * - `verify-ca`: encrypts and verifies that `ca` signed the certificate, whichever host it names. For a CA that signs
 *   certificates of this server alone.
 * - `require`: encrypts and verifies nothing, so that anybody on the way can pose as the server.
 * - `disable`: does not encrypt. Passwords and data can be read on the way.
 *
 * The last two need `insecure: 'accept'`.
 */
export type Tls =
  | {
      readonly mode: 'verify-full';
      /** @default the public authorities that Node.js trusts */
      readonly ca?: CertificateAuthority;
      readonly clientCertificate?: ClientCertificate;
    }
  | {
      readonly mode: 'verify-ca';
      readonly ca: CertificateAuthority;
      readonly clientCertificate?: ClientCertificate;
    }
  | {
      readonly mode: 'require';
      readonly insecure: 'accept';
      readonly clientCertificate?: ClientCertificate;
    }
  | { readonly mode: 'disable'; readonly insecure: 'accept' };
