import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';

/**
 * Pulls an image unless docker has it already.
 * @throws Error that quotes docker when there is no such image, or no docker
 */
export async function pullImage(reference: string, options: ProgramOptions = {}): Promise<void> {
  const words = ['images', '--quiet', reference];
  const found = await runProgram('docker', words, { timeoutMs: QUERY_TIMEOUT_MS, ...options });
  if (found.trim() === '') await runProgram('docker', ['pull', reference], options);
}
