import type { SecretKey } from './secret-key.ts';

/** PEM certificates of authorities, in a Secret or a ConfigMap that is not part of the manifests. */
export type CertificateAuthority = SecretKey | { readonly configMap: string; readonly key: string };

/**
 * The client certificate of a service: a Secret of type kubernetes.io/tls, with the keys `tls.crt` and `tls.key`.
 * `<service>` in the name is replaced by the name of the service, so that each service can have its own certificate.
 */
export interface ClientCertificate {
  readonly secret: string;
}

/**
 * TLS of connections to a server outside of the cluster. The modes are those of libpq's `sslmode`
 * (https://www.postgresql.org/docs/18/libpq-ssl.html) except `allow` and `prefer`, which an attacker between client and
 * server can downgrade to `disable`.
 *
 * - `verify-full`: encrypts, and verifies that `ca` signed the certificate and that it is valid for the host.
 * - `verify-ca`: encrypts, and verifies that `ca` signed the certificate, for any host. Use it only with a CA that
 *   signs no certificates of other servers.
 * - `require`: encrypts, and verifies nothing. An attacker on the path can impersonate the server.
 * - `disable`: does not encrypt. An attacker on the path can read passwords and data.
 *
 * `require` and `disable` need `insecure: 'accept'`.
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
