import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

const BATCH = 500;

export interface NaivePoller {
  /** Rows that it has seen so far. */
  readonly seen: () => number;
  /** Reads what is there to its end; resolves with how many rows it has seen in all. */
  finish(): Promise<number>;
}

/**
 * Reads the table `kept` as one that remembers the last number it saw. A number is given before its transaction commits,
 * so that a lower one may become visible later: this poller never comes back for it.
 */
export function naivePoller(pool: Pool): NaivePoller {
  let isLast = false;
  let seen = 0;
  const poll = async () => {
    for (let last = '0'; ; ) {
      const wasLast = isLast;
      const { rows } = await pool.query<{ seq: string }>({
        name: 'naive',
        text: `SELECT seq FROM kept WHERE seq > $1 ORDER BY seq LIMIT ${BATCH}`,
        values: [last],
      });
      seen += rows.length;
      last = rows.at(-1)?.seq ?? last;
      if (rows.length === 0 && wasLast) return seen;
      if (rows.length < BATCH) await delay(5);
    }
  };
  const polling = poll();
  // Whoever waits for its end is told.
  polling.catch(() => {});
  return {
    seen: () => seen,
    finish() {
      isLast = true;
      return polling;
    },
  };
}
