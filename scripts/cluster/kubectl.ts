import { type ProgramOptions, runProgram } from '../process/run-program.ts';

/** Name of the cluster for kind, which calls its context `kind-<name>`. */
export const CLUSTER = 'weft';

/** Every command names the context: whatever cluster the user works on otherwise, it is never touched. */
const CONTEXT = `--context=kind-${CLUSTER}`;

/** Namespace of the shop. */
export const NAMESPACE = 'shop';

/**
 * Runs kubectl on the cluster.
 *
 * @returns what it prints
 * @throws ProgramError with what it says
 */
export function kubectl(args: readonly string[], options?: ProgramOptions): Promise<string> {
  const [program, ...words] = kubectlCommand(args);
  return runProgram(program, words, options);
}

/** The words that start kubectl on the cluster, for who has to talk with it. */
export function kubectlCommand(args: readonly string[]): readonly [string, ...string[]] {
  return ['kubectl', CONTEXT, ...args];
}

/** What `kubectl get ... -o json` answers. */
export async function kubectlJson<T>(args: readonly string[], options?: ProgramOptions): Promise<T> {
  return JSON.parse(await kubectl([...args, '-o', 'json'], options)) as T;
}

/** Runs istioctl on the cluster. */
export function istioctl(args: readonly string[], options?: ProgramOptions): Promise<string> {
  return runProgram('istioctl', [...args, CONTEXT], options);
}
