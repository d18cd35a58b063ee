import type { Volume } from '../../imports/kubernetes.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';

/** Where a server of data finds passwords, each in a file `<secret>/<key>`. */
export const PASSWORDS = '/etc/weft/passwords';

/** Path of the file that has a password. */
export function passwordFile({ secret, key }: SecretKey): string {
  return `${PASSWORDS}/${secret}/${key}`;
}

/** The files, read by the group of the process alone (fsGroup). */
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
