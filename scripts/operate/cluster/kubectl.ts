import type { z } from 'zod';
import { type JsonOptions, programJson } from '../../process/program-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';

/** Name of the cluster for kind, which calls its context `kind-<name>`. */
export const CLUSTER = 'weft';

/** Every command names the context: whatever cluster the user works on otherwise, it is never touched. */
const CONTEXT = `--context=kind-${CLUSTER}`;

/** Namespace of the shop. */
export const NAMESPACE = 'shop';

/** Milliseconds for a command that changes something or waits for it; `kubectl wait` here waits 3 minutes at most. */
const COMMAND_TIMEOUT_MS = 600_000;

/**
 * Runs kubectl on the cluster. It is ended after 10 minutes unless `options` say otherwise.
 *
 * @returns what it prints
 * @throws ProgramError with what it says
 */
export function kubectl(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const [program, ...words] = kubectlCommand(args);
  return runProgram(program, words, { timeoutMs: COMMAND_TIMEOUT_MS, ...options });
}

/** The words that start kubectl on the cluster, for who has to talk with it. */
export function kubectlCommand(args: readonly string[]): readonly [string, ...string[]] {
  return ['kubectl', CONTEXT, ...args];
}

/**
 * Returns what `kubectl get ... --output=json` prints, or `kubectl get --raw`.
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

/** Runs istioctl on the cluster. It is ended after 10 minutes unless `options` say otherwise. */
export function istioctl(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  return runProgram('istioctl', [...args, CONTEXT], { timeoutMs: COMMAND_TIMEOUT_MS, ...options });
}

/** Returns what `istioctl ... --output json` prints. @throws as kubectlJson does */
export function istioctlJson<T>(
  schema: z.ZodType<T>,
  args: readonly string[],
  options?: JsonOptions,
): Promise<T> {
  return programJson(schema, 'istioctl', [...args, '--output', 'json', CONTEXT], options);
}
