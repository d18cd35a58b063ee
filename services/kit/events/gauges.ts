import type { Pool } from 'pg';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import type { Log } from '../telemetry/log.ts';
import type { EventObserver } from './event-observer.ts';

/** Interval of the measurements, in milliseconds: about the usual scrape interval of Prometheus. */
const INTERVAL_MS = 10_000;

const BACKLOG = `
SELECT topic, count(*)::int AS events, extract(epoch FROM clock_timestamp() - min(time))::float8 AS oldest
FROM outbox GROUP BY topic`;

const DEAD = 'SELECT count(*)::int AS letters FROM dead_letter WHERE consumer_group = $1 AND topic = $2';

/** Reports the number of events in the outbox and the age of the oldest, by topic, every 10 seconds. */
export function outboxGauge(
  pool: Pool,
  topics: readonly string[],
  observer: EventObserver,
  log: Log,
): Background {
  return gauge('the outbox', log, async () => {
    const { rows } = await pool.query<{ topic: string; events: number; oldest: number }>(BACKLOG);
    const byTopic = new Map(rows.map((row) => [row.topic, row]));
    for (const topic of new Set([...topics, ...byTopic.keys()])) {
      const { events = 0, oldest = 0 } = byTopic.get(topic) ?? {};
      observer.onBacklog(topic, events, Math.max(0, oldest));
    }
  });
}

/** Reports the number of dead letters of a group, every 10 seconds. */
export function deadLetterGauge(
  pool: Pool,
  { topic, group }: { readonly topic: string; readonly group: string },
  observer: EventObserver,
  log: Log,
): Background {
  return gauge(`dead letters of ${group}`, log, async () => {
    const { rows } = await pool.query<{ letters: number }>(DEAD, [group, topic]);
    observer.onDeadLetters(topic, group, rows[0]?.letters ?? 0);
  });
}

function gauge(name: string, log: Log, measure: () => Promise<void>): Background {
  const poll = async () => {
    await measure();
    return false;
  };
  return new Poller({ poll, maxPauseMs: INTERVAL_MS, name: `gauge of ${name}`, log });
}
