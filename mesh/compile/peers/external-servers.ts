import type { PlatformScope } from '../../graph/scopes.ts';
import type { CertificateAuthority, ClientCertificate, Tls } from '../../graph/tls.ts';
import type { AppTls } from '../../policy/tls.ts';

/** A database or broker outside of the cluster. */
export interface ExternalServer {
  /** Field of the environment, and name of the folder with the server's certificates. */
  readonly name: 'postgres' | 'kafka' | 'rabbitmq';
  /** `host:port` of each process of the server. */
  readonly addresses: readonly string[];
  /** Network of the addresses (CIDR). @default any address */
  readonly networkCidr?: string | undefined;
  /** TLS of connections to the server. */
  readonly tls: Tls;
}

/** Returns the Postgres server and the broker of an environment, if they are outside of its cluster. */
export function externalServers({ environment }: PlatformScope): readonly ExternalServer[] {
  const { postgres, broker, kafka, rabbitmq, isCluster = true } = environment;
  const defaultTls: Tls = isCluster ? { mode: 'verify-full' } : { mode: 'disable', insecure: 'accept' };
  const servers: ExternalServer[] = [];
  if (postgres) {
    const { address, networkCidr, tls = defaultTls } = postgres;
    servers.push({ name: 'postgres', addresses: [address], networkCidr, tls });
  }
  if (broker === 'kafka' && kafka && kafka !== 'in-cluster') {
    const { addresses, networkCidr, tls = defaultTls } = kafka;
    servers.push({ name: 'kafka', addresses, networkCidr, tls });
  }
  if (broker === 'rabbitmq' && rabbitmq && rabbitmq !== 'in-cluster') {
    const { address, networkCidr, tls = defaultTls } = rabbitmq;
    servers.push({ name: 'rabbitmq', addresses: [address], networkCidr, tls });
  }
  return servers;
}

/**
 * Returns the TLS settings of a server for app.json. Undefined if the server is in the cluster, where sidecars encrypt.
 */
export function appTls(platform: PlatformScope, name: ExternalServer['name']): AppTls | undefined {
  const tls = externalServers(platform).find((server) => server.name === name)?.tls;
  if (!tls || tls.mode === 'disable') return tls && { mode: 'disable' };
  const clientCertificate = tls.clientCertificate && {
    clientCertificate: { certificate: tlsPath(name, 'tls.crt'), key: tlsPath(name, 'tls.key') },
  };
  const ca = tlsPath(name, 'ca.crt');
  switch (tls.mode) {
    case 'require':
      return { mode: 'require', ...clientCertificate };
    case 'verify-ca':
      return { mode: 'verify-ca', ca, ...clientCertificate };
    case 'verify-full':
      return { mode: 'verify-full', ...(tls.ca && { ca }), ...clientCertificate };
  }
}

/** Returns the certificates of TLS settings. Undefined for modes without them. */
export function certificatesOf(tls: Tls): {
  readonly ca?: CertificateAuthority | undefined;
  readonly clientCertificate?: ClientCertificate | undefined;
} {
  return {
    ...('ca' in tls && { ca: tls.ca }),
    ...('clientCertificate' in tls && { clientCertificate: tls.clientCertificate }),
  };
}

/** Returns the name of the Secret with the client certificate of a service. */
export function clientSecret({ secret }: ClientCertificate, service: string): string {
  return secret.replaceAll('<service>', service);
}

/** Returns the path of a certificate or key, relative to the folder WEFT_TLS. */
export function tlsPath(server: ExternalServer['name'], file: 'ca.crt' | 'tls.crt' | 'tls.key'): string {
  return `${server}/${file}`;
}
