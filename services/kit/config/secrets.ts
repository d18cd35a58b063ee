import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../errors/settings-error.ts';

/**
 * Returns the secret in the file `key` of `folder`, without a trailing line break.
 * @throws SettingsError that names the file, when it is missing, unreadable or empty
 */
export function readSecret(folder: string, key: string): string {
  const path = join(folder, key);
  const secret = read(path).replace(/\r?\n$/, '');
  if (secret === '')
    throw new SettingsError([{ key: path, rule: 'the secret is empty; write its value to the file' }]);
  return secret;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const rule = `the secret cannot be read (${code}); create the file, or set WEFT_SECRETS to its folder`;
    throw new SettingsError([{ key: path, rule }]);
  }
}
