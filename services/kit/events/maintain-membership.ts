import { type Background, backgroundLoop } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { BackOff } from '../time/back-off.ts';
import { sleep } from '../time/sleep.ts';

const BACK_OFF = { minMs: 100, maxMs: 5_000 };

export interface MembershipOptions {
  readonly topic: string;
  readonly group: string;
  /**
   * Runs one membership: calls `joined` once the consumer has joined. Resolves when `signal` aborts, rejects when the
   * membership is lost. Releases its connections in both cases.
   */
  readonly runMember: (signal: AbortSignal, joined: (fields?: object) => void) => Promise<void>;
  /** Converts an error to one that tells the operator what to fix. */
  readonly toReadableError: (error: unknown) => Error;
  readonly log: Log;
}

/**
 * Keeps a consumer in its group until it is stopped. Rejoins after failures, with a pause that doubles from 100 ms to
 * 5 s.
 */
export function maintainMembership({
  topic,
  group,
  runMember,
  toReadableError,
  log,
}: MembershipOptions): Background {
  return backgroundLoop(async (signal) => {
    const backOff = new BackOff(BACK_OFF);
    const joined = (fields = {}) => {
      backOff.reset();
      log.debug('joined the group', { topic, group, ...fields });
    };
    while (!signal.aborted) {
      try {
        await runMember(signal, joined);
      } catch (error) {
        if (signal.aborted) return;
        const pauseMs = backOff.next();
        const fields = { topic, group, error: toReadableError(error), milliseconds: pauseMs };
        log.warn('consumer failed; rejoining its group', fields);
        await sleep(pauseMs, signal);
      }
    }
  });
}
