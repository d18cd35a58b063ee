import { runProgram } from '../process/run-program.ts';

/** Names of the clusters that kind has made on this machine. */
export async function kindClusters(): Promise<readonly string[]> {
  // Where there is none, kind says so on standard error.
  return (await runProgram('kind', ['get', 'clusters'])).split('\n').filter(Boolean);
}
