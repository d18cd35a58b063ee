import { setTimeout as delay } from 'node:timers/promises';
import { type Background, backgroundLoop } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { withTlsAdvice } from '../tls/tls-problem.ts';
import type { OpenPool } from './open-pool.ts';

export interface StoreProbeOptions {
  readonly log: Log;
  /** Receives the reason when the store stops responding, and undefined when it responds again. */
  readonly report: (problem: string | undefined) => void;
  /** Milliseconds between two probes. @default 2 s */
  readonly intervalMs?: number;
  /** Maximum milliseconds to wait for a connection and a response. @default 3 s */
  readonly timeoutMs?: number;
}

/**
 * Probes a store periodically on the pool that the service uses. A response to any statement counts as a successful
 * probe, so that a busy store is neither probed nor reported as unavailable.
 */
export function storeProbe(
  { ping, liveness }: Pick<OpenPool, 'ping' | 'liveness'>,
  { log, report, intervalMs = 2_000, timeoutMs = 3_000 }: StoreProbeOptions,
): Background {
  let problem: string | undefined;
  const update = (next: string | undefined) => {
    if (next !== undefined && problem === undefined)
      log.warn('the store does not respond; the service is not ready', { reason: next });
    if (next === undefined && problem !== undefined)
      log.info('the store responds again; the service is ready', {});
    problem = next;
    report(next);
  };
  return backgroundLoop(async (signal) => {
    while (!signal.aborted) {
      const isBusy = () => performance.now() - liveness.lastResponseAt < intervalMs;
      if (isBusy()) update(undefined);
      else {
        const reason = await ping(timeoutMs).then(() => undefined, withTlsAdvice);
        // A response to the service meanwhile proves that the store works, although the pool had no free connection.
        if (!signal.aborted) update(isBusy() ? undefined : reason);
      }
      await delay(intervalMs, undefined, { signal, ref: false }).catch(() => {});
    }
  });
}
