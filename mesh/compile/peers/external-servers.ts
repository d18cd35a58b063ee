import type { PlatformScope } from '../../graph/platform-scope.ts';
import type { CertificateAuthority, ClientCertificate, Tls } from '../../graph/tls.ts';
import type { AppTls } from '../../policy/tls.ts';

/** A server of stores or topics that is outside of the cluster. */
export interface ExternalServer {
  /** Field of the environment, and folder of the server's certificates. */
  readonly name: 'postgres' | 'kafka' | 'rabbitmq';
  /** `host:port` of each of its processes. */
  readonly addresses: readonly string[];
  /** CIDR; undefined is anywhere. */
  readonly networkCidr?: string | undefined;
  /** How connections to it are protected. */
  readonly tls: Tls;
}

/** The Postgres server and the broker of an environment, as far as they are outside of its cluster. */
export function externalServers({ environment }: PlatformScope): readonly ExternalServer[] {
  const { postgres, broker, kafka, rabbitmq, isCluster = true } = environment;
  const unsaid: Tls = isCluster ? { mode: 'verify-full' } : { mode: 'disable', insecure: 'accept' };
  const servers: ExternalServer[] = [];
  if (postgres) {
    const { address, networkCidr, tls = unsaid } = postgres;
    servers.push({ name: 'postgres', addresses: [address], networkCidr, tls });
  }
  if (broker === 'kafka' && kafka && kafka !== 'in-cluster') {
    const { addresses, networkCidr, tls = unsaid } = kafka;
    servers.push({ name: 'kafka', addresses, networkCidr, tls });
  }
  if (broker === 'rabbitmq' && rabbitmq && rabbitmq !== 'in-cluster') {
    const { address, networkCidr, tls = unsaid } = rabbitmq;
    servers.push({ name: 'rabbitmq', addresses: [address], networkCidr, tls });
  }
  return servers;
}

/** TLS to a server as app.json has it; undefined where the server is in the cluster, and sidecars encrypt. */
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

/** The fields of a mode that name files; undefined where the mode has no such field. */
export function certificatesOf(tls: Tls): {
  readonly ca?: CertificateAuthority | undefined;
  readonly clientCertificate?: ClientCertificate | undefined;
} {
  return {
    ...('ca' in tls && { ca: tls.ca }),
    ...('clientCertificate' in tls && { clientCertificate: tls.clientCertificate }),
  };
}

/** Name of the Secret with the certificate that a service identifies itself by. */
export function clientSecret({ secret }: ClientCertificate, service: string): string {
  return secret.replaceAll('<service>', service);
}

/** Path of a server's certificate or key below the folder WEFT_TLS. */
export function tlsPath(server: ExternalServer['name'], file: 'ca.crt' | 'tls.crt' | 'tls.key'): string {
  return `${server}/${file}`;
}
