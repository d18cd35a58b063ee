import { join } from 'node:path';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { ProgramError, runProgram } from '../process/run-program.ts';
import { ROOT } from '../process/run-tool.ts';
import type { Chosen } from './release.ts';

export interface Synthesized {
  readonly outdir: string;
  readonly images: readonly { readonly service: string; readonly version: string; readonly image: string }[];
  /** What pods need, and no manifest holds. */
  readonly secrets: readonly SecretKey[];
}

/** Where generated files are kept. */
export const KIND_FOLDER = join(ROOT, '.weft/kind');

/**
 * Writes the manifests of environment `kind`.
 *
 * @throws Error with all that is wrong with the graph
 */
export async function synthesizeKind({ tags, broker }: Chosen, signal?: AbortSignal): Promise<Synthesized> {
  const options = Object.entries(tags).flatMap(([service, tag]) => ['--tag', `${service}=${tag}`]);
  if (broker) options.push('--broker', broker);
  const outdir = join(KIND_FOLDER, 'manifests');
  const main = ['charts/main.ts', '--env', 'kind', '--out', outdir, '--json', ...options];
  try {
    const said = await runProgram(process.execPath, main, { cwd: ROOT, ...(signal && { signal }) });
    return { ...(JSON.parse(said) as Synthesized), outdir };
  } catch (error) {
    if (error instanceof ProgramError)
      throw new Error(`the manifests cannot be made:\n${error.stderr.trim()}`);
    throw error;
  }
}
