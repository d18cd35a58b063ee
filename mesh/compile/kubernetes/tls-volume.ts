import type { Volume, VolumeProjection } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { CertificateAuthority } from '../../graph/tls.ts';
import { hasEvents } from '../peers/broker.ts';
import { certificatesOf, clientSecret, externalServers, tlsPath } from '../peers/external-servers.ts';
import { usesPostgres } from '../peers/stores.ts';

/** Value of WEFT_TLS: the folder of the certificates and keys for connections to servers outside of the cluster. */
export const TLS_PATH = '/etc/weft/tls';

/** A file of certificates, or of a key. */
export interface TlsFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly source: CertificateAuthority;
}

/** The files that a service needs for its connections to servers outside of the cluster. */
export function tlsFiles(service: Service): readonly TlsFile[] {
  const servers = externalServers(service.platform).filter(({ name }) =>
    name === 'postgres' ? usesPostgres(service) : hasEvents(service),
  );
  return servers.flatMap(({ name, tls }) => {
    const { ca, clientCertificate } = certificatesOf(tls);
    const secret = clientCertificate && clientSecret(clientCertificate, service.name);
    return [
      ...(ca ? [{ path: tlsPath(name, 'ca.crt'), source: ca }] : []),
      ...(secret === undefined
        ? []
        : (['tls.crt', 'tls.key'] as const).map((key) => ({
            path: tlsPath(name, key),
            source: { secret, key },
          }))),
    ];
  });
}

/** The volume of these files. The kubelet replaces all of them at once when a Secret or ConfigMap changes. */
export function tlsVolume(files: readonly TlsFile[]): Volume {
  // Readable by the group of the process alone (fsGroup).
  return { name: 'tls', projected: { defaultMode: 0o440, sources: files.map(projection) } };
}

function projection({ path, source }: TlsFile): VolumeProjection {
  const items = [{ key: source.key, path }];
  return 'secret' in source
    ? { secret: { name: source.secret, items } }
    : { configMap: { name: source.configMap, items } };
}
