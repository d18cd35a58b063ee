import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { listOf } from '../../process/go-json.ts';
import { runProgram } from '../../process/run-program.ts';

const SBOM = z.object({ components: listOf(z.unknown()) });

/**
 * Copies the software bill of materials (CycloneDX) of npm packages out of an image, whose build creates it. All images
 * share the same packages.
 *
 * @returns the number of packages
 * @throws ProgramError with the output of docker
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
