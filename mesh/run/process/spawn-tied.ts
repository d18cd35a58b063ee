import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

export interface TiedProcess {
  readonly child: ChildProcess;
  /** Resolves once the process is gone. Rejects when it could not be started. */
  readonly exited: Promise<Exit>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it ended, where more is known than its code or signal. */
  readonly reason?: string;
}

export interface TiedOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  /** What the process gets when this one is gone, ten seconds before SIGKILL. */
  readonly shutdownSignal: 'SIGINT' | 'SIGTERM';
  /** An open folder that the process finds as `/proc/self/fd/4`. @default none */
  readonly folderDescriptor?: number;
  /** A folder to remove after the farewell. @default none */
  readonly scratchFolder?: string;
}

/**
 * Starts a process that ends with this one, even when this one is killed with SIGKILL: a shell
 * beside it waits on a pipe whose other end closes with us. Node offers no PR_SET_PDEATHSIG.
 * The process leads a group of its own, so that Ctrl-C in a terminal does not reach it.
 */
export function spawnTied(program: string, args: readonly string[], options: TiedOptions): TiedProcess {
  const { shutdownSignal: farewell, folderDescriptor: folder, scratchFolder: remove, ...rest } = options;
  const child = spawn('/bin/sh', ['-c', TIE, farewell.slice('SIG'.length), remove ?? '', program, ...args], {
    ...rest,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...(folder === undefined ? [] : [folder])],
  });
  const tie = child.stdio[3] as Socket;
  // The shell may be gone before the release is written.
  tie.on('error', () => {});
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      tie.end(RELEASE);
      resolve({ code, signal });
    });
  });
  return { child, exited };
}

/** Tells the shell that the process is gone: its id may belong to another by now. */
const RELEASE = '\n';

const TIE = `
remove=$1; farewell=$0; shift
(
  read -r released <&3 && exit
  kill -s "$farewell" $$
  tries=100
  while kill -0 $$ && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
  kill -s KILL $$
  [ -n "$remove" ] && rm -rf "$remove"
) >/dev/null 2>&1 &
exec "$@" 3<&-
`;
