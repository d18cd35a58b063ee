import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { tryParseJson } from '../../mesh/run/process/read-json.ts';
import { formatCommand } from './format-command.ts';

export interface ProgramOptions {
  /** Standard input of the program. @default empty */
  readonly input?: string;
  /** @default the current folder */
  readonly cwd?: string;
  /** Variables in addition to those of this process. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Stops the program with SIGTERM. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the program is stopped with SIGTERM, and 2 s later with SIGKILL. @default 1 hour */
  readonly timeoutMs?: number;
  /** Receives each line of standard output and standard error while the program runs. */
  readonly onLine?: (line: string) => void;
}

const DEFAULT_TIMEOUT_MS = 3_600_000;
/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE_MS = 2_000;
/** Maximum length of a failed program's output in a message, in characters. The end is kept. */
const MAX_MESSAGE_LENGTH = 4_000;

/** A program exited with a code other than 0. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';

  readonly command: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(command: string, code: number | null, stdout: string, stderr: string) {
    super(`${command}\n${problemOf(stdout, stderr) || `exited with ${code ?? 'a signal'}`}`);
    this.command = command;
    this.code = code;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/**
 * Runs a program of the PATH and waits until it exits.
 *
 * @returns its standard output
 * @throws ProgramError for an exit code other than 0; Error if the program cannot be started, exceeds `timeoutMs`, or
 *   `signal` aborts
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input, cwd, variables, signal, timeoutMs = DEFAULT_TIMEOUT_MS, onLine }: ProgramOptions = {},
): Promise<string> {
  const command = formatCommand(program, args);
  const child = spawn(program, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(cwd && { cwd }),
    ...(variables && { env: { ...process.env, ...variables } }),
    ...(signal && { signal }),
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  for (const [stream, chunks] of [
    [child.stdout, stdout],
    [child.stderr, stderr],
  ] as const) {
    if (!stream) continue;
    let partialLine = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      chunks.push(chunk);
      const lines = (partialLine + chunk).split('\n');
      partialLine = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    stream.on('end', () => partialLine && onLine?.(partialLine));
  }
  // A program may exit before it has read its input, which fails with EPIPE.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const ended = Promise.withResolvers<number | null>();
  child.once('error', (error) => ended.reject(startError(program, error)));
  child.once('close', ended.resolve);
  const timer = setTimeout(() => {
    end(child);
    const limit = `${timeoutMs / 1_000} s`;
    ended.reject(new Error(`${command}: no exit within ${limit}; run it to see what it waits for`));
  }, timeoutMs);
  const code = await ended.promise.finally(() => clearTimeout(timer));
  if (code === 0) return stdout.join('');
  throw new ProgramError(command, code, stdout.join(''), stderr.join(''));
}

/** Stops a program after its timeout. Its output is closed, as child processes may keep it open. */
function end(child: ChildProcess): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.once('exit', () => {
    clearTimeout(timer);
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  });
}

/**
 * Returns a program's description of its failure: standard error, or else its output, which may be JSON with a
 * `message`.
 */
function problemOf(stdout: string, stderr: string): string {
  if (stderr.trim() !== '') return lastPart(stderr.trim());
  const failure = FAILURE.safeParse(tryParseJson(stdout));
  return failure.success ? failure.data.message : lastPart(stdout.trim());
}

/** JSON with a message, such as a Kubernetes Status. */
const FAILURE = z.object({ message: z.string().min(1) });

function lastPart(text: string): string {
  return text.length > MAX_MESSAGE_LENGTH ? `...${text.slice(-MAX_MESSAGE_LENGTH)}` : text;
}

const START_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'is not found: install it, or put it on the PATH',
  EACCES: 'may not be run: make the file on the PATH executable, or put another first on the PATH',
};

function startError(program: string, error: Error): Error {
  const reason = START_ERRORS[(error as NodeJS.ErrnoException).code ?? ''];
  return reason ? new Error(`${program} ${reason}`, { cause: error }) : error;
}
