import type { Background } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { BackOff } from '../time/back-off.ts';
import { sleep } from '../time/sleep.ts';

const BACK_OFF = { minMs: 100, maxMs: 5_000 };

export interface MembershipOptions {
  readonly topic: string;
  readonly group: string;
  /**
   * One time as a member of the group: calls `joined` once it is one. Resolves, with nothing left open, when `signal`
   * aborts; rejects when it is no member any more.
   */
  readonly runMember: (signal: AbortSignal, joined: (fields?: object) => void) => Promise<void>;
  /** Says what went wrong. */
  readonly toReadableError: (error: unknown) => Error;
  readonly log: Log;
}

/** Is a member of a group until it is stopped: joins again, with pauses that double up to 5 s while that fails. */
export function maintainMembership({
  topic,
  group,
  runMember: member,
  toReadableError: explain,
  log,
}: MembershipOptions): Background {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;

  const run = async () => {
    const backOff = new BackOff(BACK_OFF);
    const joined = (fields = {}) => {
      backOff.reset();
      log.debug('joined the group', { topic, group, ...fields });
    };
    while (!signal.aborted) {
      try {
        await member(signal, joined);
      } catch (error) {
        if (signal.aborted) return;
        const pauseMs = backOff.next();
        const fields = { topic, group, error: explain(error), milliseconds: pauseMs };
        log.warn('consumer failed; joining its group again', fields);
        await sleep(pauseMs, signal);
      }
    }
  };
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
