import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { ROOT } from '../../process/run-tool.ts';

const PACKAGE = z.object({ version: z.string() });

/** Returns the version in package.json. */
export async function readPackageVersion(): Promise<string> {
  const file = join(ROOT, 'package.json');
  return readJson(PACKAGE, await readFile(file, 'utf8'), { name: file }).version;
}
