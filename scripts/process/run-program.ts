import { spawn } from 'node:child_process';

export interface ProgramOptions {
  /** What the program reads from its standard input. @default nothing */
  readonly input?: string;
  /** @default the current folder */
  readonly cwd?: string;
  /** Variables beside those of this process. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends the program with SIGTERM. */
  readonly signal?: AbortSignal;
  /** Told each line that the program writes, to either output, while it runs. */
  readonly onLine?: (line: string) => void;
}

/** A program ended with a code other than zero. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';

  readonly command: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(command: string, code: number | null, stdout: string, stderr: string) {
    super(`${command}\n${stderr.trim() || stdout.trim() || `ended with ${code ?? 'a signal'}`}`);
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
 * @throws ProgramError when it ends with another code than 0; Error when it cannot be started, or `signal` aborts
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input, cwd, variables, signal, onLine }: ProgramOptions = {},
): Promise<string> {
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
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(notFound(program, error)));
    child.once('close', resolve);
  });
  if (code === 0) return stdout.join('');
  throw new ProgramError([program, ...args].join(' '), code, stdout.join(''), stderr.join(''));
}

function notFound(program: string, error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return new Error(`${program} is not found: install it, or put it on the PATH`, { cause: error });
}
