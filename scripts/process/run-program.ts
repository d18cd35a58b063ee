import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { tryParseJson } from '../../mesh/run/process/read-json.ts';
import { commandText } from './command-text.ts';

export interface ProgramOptions {
  /** What the program reads from its standard input. @default nothing */
  readonly input?: string;
  /** @default the current folder */
  readonly cwd?: string;
  /** Variables beside those of this process. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends the program with SIGTERM. */
  readonly signal?: AbortSignal;
  /** Ends the program with SIGTERM after so many milliseconds, and 2 s later with SIGKILL. @default 1 hour */
  readonly timeoutMs?: number;
  /** Told each line that the program writes, to either output, while it runs. */
  readonly onLine?: (line: string) => void;
}

const DEFAULT_TIMEOUT_MS = 3_600_000;
/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 2_000;
/** Characters of the output of a program that failed, from its end, in the message. */
const MAX_MESSAGE_LENGTH = 4_000;

/** A program ended with a code other than zero. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';

  readonly command: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(command: string, code: number | null, stdout: string, stderr: string) {
    super(`${command}\n${problemOf(stdout, stderr) || `ended with ${code ?? 'a signal'}`}`);
    this.command = command;
    this.code = code;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/**
 * Runs a program of the PATH to its end.
 *
 * @returns its standard output
 * @throws ProgramError when it ends with another code than 0; Error when it cannot be started, takes longer than
 *   `timeoutMs`, or `signal` aborts
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input, cwd, variables, signal, timeoutMs = DEFAULT_TIMEOUT_MS, onLine }: ProgramOptions = {},
): Promise<string> {
  const command = commandText(program, args);
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
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      chunks.push(chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    stream.on('end', () => rest && onLine?.(rest));
  }
  // A program may end before it has read everything.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const ended = Promise.withResolvers<number | null>();
  child.once('error', (error) => ended.reject(startError(program, error)));
  child.once('close', ended.resolve);
  const timer = setTimeout(() => {
    end(child);
    const limit = `${timeoutMs / 1_000} s`;
    ended.reject(new Error(`${command}: it did not end within ${limit}; run it to see what it waits for`));
  }, timeoutMs);
  const code = await ended.promise.finally(() => clearTimeout(timer));
  if (code === 0) return stdout.join('');
  throw new ProgramError(command, code, stdout.join(''), stderr.join(''));
}

/** Ends a program that takes too long. Programs that it has started may hold its output open: nobody reads that. */
function end(child: ChildProcess): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.once('exit', () => {
    clearTimeout(timer);
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  });
}

/** Returns a program's description of its failure: standard error, or else its output, which may be JSON with a `message`. */
function problemOf(stdout: string, stderr: string): string {
  if (stderr.trim() !== '') return lastPart(stderr.trim());
  const failure = FAILURE.safeParse(tryParseJson(stdout));
  return failure.success ? failure.data.message : lastPart(stdout.trim());
}

/** A Status of Kubernetes has a message, too. */
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
