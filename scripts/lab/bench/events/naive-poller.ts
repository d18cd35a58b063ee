import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

const BATCH_SIZE = 500;

export interface NaivePoller {
  /** Number of rows read so far. */
  readonly rowCount: () => number;
  /** Reads the remaining rows and stops. @returns the number of rows read in total */
  finish(): Promise<number>;
}

/**
 * Starts a poller of the table `outbox_copy` that reads rows with `seq > last`. It loses events: a sequence number is assigned
 * before the transaction commits, so a row with a lower number can become visible after one with a higher number.
 */
export function startNaivePoller(pool: Pool): NaivePoller {
  let isFinishing = false;
  let rowCount = 0;
  const poll = async () => {
    for (let lastSeq = '0'; ; ) {
      const isFinalPoll = isFinishing;
      const { rows } = await pool.query<{ seq: string }>({
        name: 'naive',
        text: `SELECT seq FROM outbox_copy WHERE seq > $1 ORDER BY seq LIMIT ${BATCH_SIZE}`,
        values: [lastSeq],
      });
      rowCount += rows.length;
      lastSeq = rows.at(-1)?.seq ?? lastSeq;
      if (rows.length === 0 && isFinalPoll) return rowCount;
      if (rows.length < BATCH_SIZE) await delay(5);
    }
  };
  const polling = poll();
  // finish() rejects with the error. Without a handler, it would be an unhandled rejection until then.
  polling.catch(() => {});
  return {
    rowCount: () => rowCount,
    finish() {
      isFinishing = true;
      return polling;
    },
  };
}
