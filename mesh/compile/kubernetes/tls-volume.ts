import type { Volume, VolumeProjection } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { CertificateAuthority } from '../../graph/tls.ts';
import { hasEvents } from '../peers/broker.ts';
import { certificatesOf, clientSecret, externalServers, tlsPath } from '../peers/external-servers.ts';
import { usesPostgres } from '../peers/stores.ts';

/** Value of WEFT_TLS: the folder of the certificates and keys for connections to servers outside of the cluster. */
export const TLS_PATH = '/etc/weft/tls';

/** A file with certificates or a key. */
export interface TlsFile {
  /** Path relative to the folder WEFT_TLS. */
  readonly path: string;
  readonly source: CertificateAuthority;
}

/** Returns the files that a service needs for TLS to servers outside of the cluster. */
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

/** Returns the volume with the TLS files. The kubelet updates it atomically when a Secret or ConfigMap changes. */
export function tlsVolume(files: readonly TlsFile[]): Volume {
  // Readable only by the group of the process (fsGroup).
  return { name: 'tls', projected: { defaultMode: 0o440, sources: files.map(projection) } };
}

function projection({ path, source }: TlsFile): VolumeProjection {
  const items = [{ key: source.key, path }];
  return 'secret' in source
    ? { secret: { name: source.secret, items } }
    : { configMap: { name: source.configMap, items } };
}
