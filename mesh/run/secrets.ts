import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SecretKey } from '../graph/secret-key.ts';
import { generateSecret } from './make-secret.ts';
import { folderError } from './process/folder-error.ts';

/** The Secrets of the local run: made when first read, kept as files that their owner alone may read. */
export interface Secrets {
  /** The value, which `make` gives when there is none yet. @default make: what the key's name asks for */
  read(key: SecretKey, make?: () => string): Promise<string>;
}

export function openSecrets(folder: string, environment: NodeJS.ProcessEnv): Secrets {
  // One reader at a time for each file: two services may share a secret.
  const reading = new Map<string, Promise<string>>();
  const load = async (path: string, make: () => string) => {
    try {
      const value = await readFile(path, 'utf8');
      // A disk that was full may have left an empty file.
      if (value !== '') return value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw folderError(path, error);
    }
    const value = make();
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
    read({ secret, key }, make = () => generateSecret(key, environment)) {
      const path = join(folder, secret, key);
      const value = reading.get(path) ?? load(path, make);
      reading.set(path, value);
      return value;
    },
  };
}
