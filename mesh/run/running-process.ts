import type { Exit } from './process/spawn-tied.ts';

/** A process that was started and may not be ready yet. */
export interface RunningProcess {
  /** Process id. */
  readonly pid: number;
  /** Resolves once the process is ready; rejects if it never will be. */
  readonly ready: Promise<void>;
  /** Resolves once the process has exited. */
  readonly exited: Promise<Exit>;
  /** Requests a graceful shutdown and kills the process after its grace period. Resolves once it has exited. */
  stop(): Promise<void>;
  /** Kills the process. */
  kill(): void;
}

/** Receives what happens to a process while it runs. */
export interface ProcessObserver {
  /** Called with each line of output. */
  readonly onLine: (line: string) => void;
  /** Called with what the process waits for, such as a readiness probe; with undefined once it is ready. */
  readonly onWait: (text: string | undefined) => void;
}
