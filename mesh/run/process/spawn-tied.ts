import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** A process that exits with this one. */
export interface TiedProcess {
  readonly child: ChildProcess;
  /** Resolves once the process has exited. Rejects if it could not be started. */
  readonly exited: Promise<Exit>;
}

/** Exit status of a process. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Cause of the exit, if known in addition to code and signal. */
  readonly reason?: string;
}

export interface TiedOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  /** Signal that the process receives when this one exits. SIGKILL follows after 10 s. */
  readonly shutdownSignal: 'SIGINT' | 'SIGTERM';
  /** Descriptor of an open folder, which the process inherits as `/proc/self/fd/4`. @default none */
  readonly folderDescriptor?: number;
  /** Whether the process gets an IPC channel to this one. @default false */
  readonly hasChannel?: boolean;
  /** Folder to delete after the shutdown that this signal requests. @default none */
  readonly scratchFolder?: string;
}

/**
 * Starts a process that exits with this one, even if this one is killed with SIGKILL. A helper shell waits on a pipe
 * that the kernel closes when this process exits, and then signals the process. Node does not support PR_SET_PDEATHSIG.
 * The process leads its own process group, so that Ctrl-C in a terminal does not reach it.
 */
export function spawnTied(program: string, args: readonly string[], options: TiedOptions): TiedProcess {
  const { shutdownSignal, folderDescriptor: folder, scratchFolder: remove, hasChannel, ...rest } = options;
  const child = spawn(
    '/bin/sh',
    ['-c', TIE, shutdownSignal.slice('SIG'.length), remove ?? '', program, ...args],
    {
      ...rest,
      detached: true,
      stdio: [
        'ignore',
        'pipe',
        'pipe',
        'pipe',
        ...(folder === undefined ? [] : [folder]),
        ...(hasChannel ? (['ipc'] as const) : []),
      ],
    },
  );
  const tie = child.stdio[3] as Socket;
  // Ignores EPIPE: the shell may exit before the release message is written.
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

/** Message to the shell that the process has exited. The shell must not signal an id that may have been reused. */
const RELEASE = '\n';

const TIE = `
scratch_folder=$1; shutdown_signal=$0; shift
(
  read -r released <&3 && exit
  kill -s "$shutdown_signal" $$
  polls=100
  while kill -0 $$ && [ $polls -gt 0 ]; do sleep 0.1; polls=$((polls - 1)); done
  kill -s KILL $$
  [ -n "$scratch_folder" ] && rm -rf "$scratch_folder"
) >/dev/null 2>&1 &
exec "$@" 3<&-
`;
