import type { z } from 'zod';
import { readJson, type Source } from '../../mesh/run/process/read-json.ts';
import { commandText } from './command-text.ts';
import { type ProgramOptions, runProgram } from './run-program.ts';

export interface JsonOptions extends ProgramOptions {
  /** Keeps values of the answer out of messages. @default false */
  readonly isSecret?: boolean;
}

/** Milliseconds in which a program answers a question that changes nothing. */
export const QUERY_TIMEOUT_MS = 60_000;

/**
 * Runs a program that prints JSON, and reads that.
 *
 * @param options its `timeoutMs` is 60 s by default
 * @throws ResponseError that names the command and the field that does not fit; else as runProgram does
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

/** Returns how messages name a command whose output was read. */
export function commandSource(program: string, args: readonly string[], isSecret = false): Source {
  const fix = `run the command to see the whole output, and check the version of ${program}`;
  return { name: commandText(program, args), fix, isSecret };
}
