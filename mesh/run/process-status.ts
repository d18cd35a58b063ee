/**
 * - `starting`: not ready for the first time since its launch
 * - `unready`: was ready, but its readiness probe fails
 * - `restarting`: exited, and waits for its restart
 * - `stopped`: by the user, until the user starts it, or by the end of the run
 * - `failed`: exited in a way that a restart cannot fix
 */
export type ProcessPhase =
  | 'starting'
  | 'ready'
  | 'unready'
  | 'stopping'
  | 'stopped'
  | 'restarting'
  | 'failed';

/** State of a supervised process. */
export interface ProcessStatus {
  readonly phase: ProcessPhase;
  /** Time since which the process has its phase, in milliseconds since the epoch. */
  readonly since: number;
  /** Undefined between two processes. */
  readonly pid: number | undefined;
  /** Launches after the first. */
  readonly restarts: number;
  /** Such as `readiness probe /readyz`. */
  readonly waitsFor: string | undefined;
  /** Last reason for an exit, or for a failed probe. */
  readonly lastProblem: string | undefined;
}
