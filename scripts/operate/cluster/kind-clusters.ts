import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';

/** Names of the clusters that kind has made on this machine. */
export async function kindClusters(options: ProgramOptions = {}): Promise<readonly string[]> {
  // Where there is none, kind says so on standard error.
  const names = await runProgram('kind', ['get', 'clusters'], { timeoutMs: QUERY_TIMEOUT_MS, ...options });
  return names.split('\n').filter(Boolean);
}
