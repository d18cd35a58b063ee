import type { Volume } from '../../imports/kubernetes.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';

/** Folder of the password files `<secret>/<key>` in a database or broker container. */
export const PASSWORDS_PATH = '/etc/weft/passwords';

/** Returns the path of a password file. */
export function passwordFile({ secret, key }: SecretKey): string {
  return `${PASSWORDS_PATH}/${secret}/${key}`;
}

/** Returns the volume of the password files, readable only by the group of the process (fsGroup). */
export function passwordsVolume(secrets: readonly SecretKey[]): Volume {
  return {
    name: 'passwords',
    projected: {
      defaultMode: 0o440,
      sources: secrets.map(({ secret, key }) => ({
        secret: { name: secret, items: [{ key, path: `${secret}/${key}` }] },
      })),
    },
  };
}
