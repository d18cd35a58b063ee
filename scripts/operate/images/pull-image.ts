import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';

/**
 * Pulls an image unless docker has it.
 * @throws ProgramError with the output of docker if the image does not exist; Error without docker
 */
export async function pullImage(reference: string, options: ProgramOptions = {}): Promise<void> {
  const words = ['images', '--quiet', reference];
  const ids = await runProgram('docker', words, { timeoutMs: QUERY_TIMEOUT_MS, ...options });
  if (ids.trim() === '') await runProgram('docker', ['pull', reference], options);
}
