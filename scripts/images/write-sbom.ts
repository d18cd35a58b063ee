import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runProgram } from '../process/run-program.ts';

/**
 * Writes what npm packages the images hold as a CycloneDX bill of materials. It is one for all of them: they share
 * their node_modules.
 *
 * @returns how many packages there are
 * @throws ProgramError with what npm says
 */
export async function writeSbom(file: string): Promise<number> {
  const options = ['--sbom-format=cyclonedx', '--package-lock-only', '--omit=dev', '--omit=optional'];
  const sbom = await runProgram('npm', ['sbom', '--sbom-type=application', ...options]);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, sbom);
  return (JSON.parse(sbom) as { components: readonly unknown[] }).components.length;
}
