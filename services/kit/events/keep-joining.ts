import type { Background } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { sleep } from '../time/sleep.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface Joining {
  readonly topic: string;
  readonly group: string;
  /**
   * One time as a member of the group: calls `joined` once it is one. Resolves, with nothing left open, when `signal`
   * aborts; rejects when it is no member any more.
   */
  readonly member: (signal: AbortSignal, joined: (fields?: object) => void) => Promise<void>;
  /** Says what went wrong. */
  readonly explain: (error: unknown) => Error;
  readonly log: Log;
}

/** Is a member of a group until it is stopped: joins again, with pauses that double up to 5 s while that fails. */
export function keepJoining({ topic, group, member, explain, log }: Joining): Background {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;

  const run = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    const joined = (fields = {}) => {
      pauseMs = FIRST_PAUSE_MS;
      log.debug('joined the group', { topic, group, ...fields });
    };
    while (!signal.aborted) {
      try {
        await member(signal, joined);
      } catch (error) {
        if (signal.aborted) return;
        const fields = { topic, group, error: explain(error), milliseconds: pauseMs };
        log.warn('consumer failed; joining its group again', fields);
        await sleep(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
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
