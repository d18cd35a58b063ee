import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';

/** Returns the names of the kind clusters on this machine. */
export async function listKindClusters(options: ProgramOptions = {}): Promise<readonly string[]> {
  // Without clusters, kind prints a message to standard error only.
  const names = await runProgram('kind', ['get', 'clusters'], { timeoutMs: QUERY_TIMEOUT_MS, ...options });
  return names.split('\n').filter(Boolean);
}
