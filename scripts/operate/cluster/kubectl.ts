import type { z } from 'zod';
import { type JsonOptions, programJson } from '../../process/program-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';

/** Name of the kind cluster; its context is `kind-<name>`. */
export const CLUSTER = 'weft';

/** Options of functions that read one namespace. */
export interface NamespaceOptions extends ProgramOptions {
  /** @default the namespace of the shop */
  readonly namespace?: string;
}

/** Option of every command. Without it, a command could change another cluster that is the user's current context. */
const CONTEXT = `--context=kind-${CLUSTER}`;

/** Namespace of the shop. */
export const NAMESPACE = 'shop';

/**
 * Timeout of a command that changes the cluster or waits for it. Every `kubectl wait` has a timeout of at most 3
 * minutes.
 */
const COMMAND_TIMEOUT_MS = 600_000;

/**
 * Runs kubectl on the cluster. The default timeout is 10 minutes.
 *
 * @returns its standard output
 * @throws ProgramError with its standard error
 */
export function kubectl(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const [program, ...words] = kubectlCommand(args);
  return runProgram(program, words, { timeoutMs: COMMAND_TIMEOUT_MS, ...options });
}

/** Returns the command that runs kubectl on the cluster, for callers that start the process themselves. */
export function kubectlCommand(args: readonly string[]): readonly [string, ...string[]] {
  return ['kubectl', CONTEXT, ...args];
}

/**
 * Runs `kubectl get ... --output=json` or `kubectl get --raw`, and parses the output.
 *
 * @throws ResponseError that names the command and the field that does not fit the schema; ProgramError
 */
export function kubectlJson<T>(
  schema: z.ZodType<T>,
  args: readonly string[],
  options?: JsonOptions,
): Promise<T> {
  const [program, ...words] = kubectlCommand(args);
  const output = args.includes('--raw') ? [] : ['--output=json'];
  return programJson(schema, program, [...words, ...output], options);
}

/** Runs istioctl on the cluster. The default timeout is 10 minutes. */
export function istioctl(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  return runProgram('istioctl', [...args, CONTEXT], { timeoutMs: COMMAND_TIMEOUT_MS, ...options });
}

/** Runs `istioctl ... --output json`, and parses the output. @throws as kubectlJson does */
export function istioctlJson<T>(
  schema: z.ZodType<T>,
  args: readonly string[],
  options?: JsonOptions,
): Promise<T> {
  return programJson(schema, 'istioctl', [...args, '--output', 'json', CONTEXT], options);
}
