import type { Environment } from '../../graph/environment.ts';
import { milliseconds } from '../../policy/duration.ts';

/** Time for requests in flight to end once nothing new is accepted, in seconds. */
const FINISH_SECONDS = 20;

export interface Shutdown {
  /** Before SIGTERM: meanwhile the endpoint disappears from other nodes and sidecars. In seconds. */
  readonly preStopSeconds: number;
  /** From the order to stop until SIGKILL, in seconds. */
  readonly graceSeconds: number;
}

/**
 * How long a pod takes to stop: the sleep before SIGTERM, the drain after it (WEFT_DRAIN) for clients that hold
 * a connection, and time to finish.
 */
export function shutdown({ drainDuration }: Environment): Shutdown {
  const drainSeconds = Math.ceil(milliseconds(drainDuration) / 1_000);
  return { preStopSeconds: drainSeconds, graceSeconds: 2 * drainSeconds + FINISH_SECONDS };
}
