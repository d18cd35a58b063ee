import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../process/run-tool.ts';

/** The version in package.json. */
export async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}
