import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { listOf } from '../../process/go-json.ts';
import { runProgram } from '../../process/run-program.ts';

const SBOM = z.object({ components: listOf(z.unknown()) });

/**
 * Writes what npm packages an image holds as a CycloneDX bill of materials, which its build has made. It is one for
 * all images: they share their packages.
 *
 * @returns how many packages there are
 * @throws ProgramError with what docker says
 */
export async function writeSbom(image: string, file: string): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const container = (await runProgram('docker', ['create', image])).trim();
  try {
    await runProgram('docker', ['cp', `${container}:/app/sbom.cdx.json`, file]);
  } finally {
    await runProgram('docker', ['rm', container]);
  }
  const { components } = readJson(SBOM, await readFile(file, 'utf8'), { name: `sbom.cdx.json of ${image}` });
  return components.length;
}
