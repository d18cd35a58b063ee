import { setTimeout as delay } from 'node:timers/promises';
import type { Background } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { withTlsAdvice } from '../tls/tls-problem.ts';
import type { OpenPool } from './open-pool.ts';

export interface StoreProbeOptions {
  readonly log: Log;
  /** Receives why the store cannot answer; undefined when it can. */
  readonly report: (problem: string | undefined) => void;
  /** Milliseconds between two probes. @default 2 s */
  readonly intervalMs?: number;
  /** Milliseconds that an answer, and the wait for a connection, may take. @default 3 s */
  readonly timeoutMs?: number;
}

/**
 * Probes a store periodically on the connections of its pool, which statements of the service use too. An answer to any
 * statement counts as a successful probe, so that a busy store is neither probed nor reported as away.
 */
export function storeProbe(
  { ask, liveness }: Pick<OpenPool, 'ask' | 'liveness'>,
  { log, report, intervalMs = 2_000, timeoutMs = 3_000 }: StoreProbeOptions,
): Background {
  const stopping = new AbortController();
  const { signal } = stopping;
  let problem: string | undefined;
  const tell = (next: string | undefined) => {
    if (next !== undefined && problem === undefined)
      log.warn('the store does not answer; not ready', { reason: next });
    if (next === undefined && problem !== undefined) log.info('the store answers again', {});
    problem = next;
    report(next);
  };
  const run = async () => {
    while (!signal.aborted) {
      const isBusy = () => performance.now() - liveness.heardAt < intervalMs;
      if (isBusy()) tell(undefined);
      else {
        const reason = await ask(timeoutMs).then(() => undefined, withTlsAdvice);
        // A statement of the service was answered meanwhile: all connections are in use, and they work.
        if (!signal.aborted) tell(isBusy() ? undefined : reason);
      }
      await delay(intervalMs, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  let running: Promise<void> | undefined;
  return {
    start: () => {
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
