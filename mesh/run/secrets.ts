import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SecretKey } from '../graph/secret-key.ts';
import { generateSecret } from './generate-secret.ts';
import { folderError } from './process/folder-error.ts';

/** Secrets of the local run. They are created when first read, and stored as files that only their owner may read. */
export interface Secrets {
  /**
   * Returns the value of a key.
   *
   * @param create returns the value of a new secret. @default the preset or generated secret
   */
  read(key: SecretKey, create?: () => string): Promise<string>;
}

/**
 * Opens the secrets in a folder.
 *
 * @param presetSecret returns the value of a new secret; undefined to generate one
 */
export function openSecrets(
  folder: string,
  presetSecret: (key: SecretKey) => string | undefined = () => undefined,
): Secrets {
  // Serializes access per file: concurrent reads of a shared secret would create two values.
  const values = new Map<string, Promise<string>>();
  const load = async (path: string, create: () => string) => {
    try {
      const value = await readFile(path, 'utf8');
      // A full disk may have left an empty file.
      if (value !== '') return value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw folderError(path, error);
    }
    const value = create();
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(`${path}.new`, value, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (error) {
      throw folderError(path, error);
    }
    return value;
  };
  return {
    read({ secret, key }, create = () => presetSecret({ secret, key }) || generateSecret(key)) {
      const path = join(folder, secret, key);
      const value = values.get(path) ?? load(path, create);
      values.set(path, value);
      return value;
    },
  };
}
