import type { z } from 'zod';
import { readJson, type Source } from '../../mesh/run/process/read-json.ts';
import { formatCommand } from './format-command.ts';
import { type ProgramOptions, runProgram } from './run-program.ts';

export interface JsonOptions extends ProgramOptions {
  /** Whether to keep values of the output out of messages. @default false */
  readonly isSecret?: boolean;
}

/** Timeout of a program that only reads. */
export const QUERY_TIMEOUT_MS = 60_000;

/**
 * Runs a program that prints JSON, and parses the output. The default timeout is 60 s.
 *
 * @throws ResponseError that names the command and the field that does not match the schema; the errors of runProgram
 */
export async function programJson<T>(
  schema: z.ZodType<T>,
  program: string,
  args: readonly string[],
  { isSecret = false, ...options }: JsonOptions = {},
): Promise<T> {
  const output = await runProgram(program, args, { timeoutMs: QUERY_TIMEOUT_MS, ...options });
  return readJson(schema, output, commandSource(program, args, isSecret));
}

/** Returns the source of a command's output, for messages about the output. */
export function commandSource(program: string, args: readonly string[], isSecret = false): Source {
  const fix = `run the command to see the whole output, and check the version of ${program}`;
  return { name: formatCommand(program, args), fix, isSecret };
}
