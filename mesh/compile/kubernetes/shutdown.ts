import type { Environment } from '../../graph/environment.ts';
import { milliseconds } from '../../policy/duration.ts';

/** Time for requests in flight to complete after the drain, in seconds. */
const FINISH_SECONDS = 20;

export interface Shutdown {
  /** Time before SIGTERM, in seconds, in which nodes and sidecars remove the endpoint. */
  readonly preStopSeconds: number;
  /** Time from the start of the termination until SIGKILL, in seconds. */
  readonly graceSeconds: number;
}

/**
 * Returns how long a pod may take to terminate: the sleep before SIGTERM, the drain after it (WEFT_DRAIN) for clients
 * with an open connection, and the time for requests in flight.
 */
export function shutdown({ drainDuration }: Environment): Shutdown {
  const drainSeconds = Math.ceil(milliseconds(drainDuration) / 1_000);
  return { preStopSeconds: drainSeconds, graceSeconds: 2 * drainSeconds + FINISH_SECONDS };
}
