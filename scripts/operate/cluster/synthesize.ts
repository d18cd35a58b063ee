import { join } from 'node:path';
import { z } from 'zod';
import type { SecretKey } from '../../../mesh/graph/secret-key.ts';
import { isVerbose } from '../../../mesh/report/report-failure.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { ProgramError, runProgram } from '../../process/run-program.ts';
import { ROOT } from '../../process/run-tool.ts';
import type { ReleaseOptions } from './release.ts';

/** Written manifests of environment `kind`. */
export interface KindManifests {
  readonly outdir: string;
  readonly images: readonly { readonly service: string; readonly version: string; readonly image: string }[];
  /** Keys of Secrets that pods need; no manifest contains them. */
  readonly secrets: readonly SecretKey[];
}

const SYNTHESIZED = z.object({
  images: z.array(z.object({ service: z.string(), version: z.string(), image: z.string() })),
  secrets: z.array(z.object({ secret: z.string(), key: z.string() })),
});

/** Folder of generated files. */
export const KIND_FOLDER = join(ROOT, '.weft/kind');

/**
 * Writes the manifests of environment `kind`.
 *
 * @throws Error with all problems of the graph
 */
export async function synthesizeKind(
  { tags, broker, observability }: ReleaseOptions,
  signal?: AbortSignal,
): Promise<KindManifests> {
  const options = Object.entries(tags).flatMap(([service, tag]) => ['--tag', `${service}=${tag}`]);
  if (broker) options.push('--broker', broker);
  if (observability)
    options.push('--observability', ...observability.without.flatMap((part) => ['--without', part]));
  const outdir = join(KIND_FOLDER, 'manifests');
  if (isVerbose()) options.push('--verbose');
  const main = ['charts/main.ts', '--env', 'kind', '--out', outdir, '--json', ...options];
  try {
    const output = await runProgram(process.execPath, main, { cwd: ROOT, ...(signal && { signal }) });
    return { ...readJson(SYNTHESIZED, output, { name: 'charts/main.ts --json' }), outdir };
  } catch (error) {
    if (error instanceof ProgramError)
      throw new Error(`cannot synthesize the manifests:\n${error.stderr.trim()}`);
    throw error;
  }
}
