import type { Exit } from './process/spawn-tied.ts';

/** A program that has been started. */
export interface RunningProcess {
  /** Number of its process. */
  readonly pid: number;
  /** Resolves when it serves; rejects when it will not. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;
  /** Asks it to end, and sees to it that it does. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it without asking. */
  kill(): void;
}
