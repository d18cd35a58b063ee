import type { Volume, VolumeMount } from '../../../imports/kubernetes.ts';
import type { SecretKey } from '../../graph/secret-key.ts';
import type { Service } from '../../graph/service.ts';
import { hasBrokerPassword } from '../peers/broker.ts';
import { eventsPassword, storePassword } from '../peers/stores.ts';
import type { ConfigFile } from './config-map.ts';
import { TLS_PATH, tlsFiles, tlsVolume } from './tls-volume.ts';

export const CONFIG_PATH = '/etc/weft/app';
export const SECRETS_PATH = '/etc/weft/secrets';

/** Returns the secrets of a service. Each is mounted as the file /etc/weft/secrets/<key>. */
export function secretFiles(service: Service): readonly SecretKey[] {
  return [
    ...(service.store ? [storePassword(service)] : []),
    ...(hasBrokerPassword(service) ? [eventsPassword(service)] : []),
    ...service.secrets,
  ];
}

/** Returns the volumes of the pods of a service: app.json, `/tmp`, and its secrets and TLS files if it has any. */
export function volumes(service: Service, config: ConfigFile): readonly Volume[] {
  const secrets = secretFiles(service);
  const tls = tlsFiles(service);
  return [
    { name: 'config', configMap: { name: config.configMap } },
    // Readable only by the group of the process (fsGroup).
    ...(secrets.length > 0
      ? [{ name: 'secrets', projected: { defaultMode: 0o440, sources: secretSources(secrets) } }]
      : []),
    ...(tls.length > 0 ? [tlsVolume(tls)] : []),
    { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
  ];
}

/** Returns the mounts of these volumes in the container of the service. Only `/tmp` is writable. */
export function volumeMounts(service: Service): readonly VolumeMount[] {
  return [
    { name: 'config', mountPath: CONFIG_PATH, readOnly: true },
    ...(secretFiles(service).length > 0
      ? [{ name: 'secrets', mountPath: SECRETS_PATH, readOnly: true }]
      : []),
    ...(tlsFiles(service).length > 0 ? [{ name: 'tls', mountPath: TLS_PATH, readOnly: true }] : []),
    { name: 'tmp', mountPath: '/tmp' },
  ];
}

function secretSources(files: readonly SecretKey[]) {
  const bySecret = new Map<string, string[]>();
  for (const { secret, key } of files) bySecret.set(secret, [...(bySecret.get(secret) ?? []), key]);
  return [...bySecret].map(([name, keys]) => ({
    secret: { name, items: keys.map((key) => ({ key, path: key })) },
  }));
}
