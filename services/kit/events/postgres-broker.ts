import type { Background } from '../process/background.ts';
import type { OpenPool } from '../store/open-pool.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import type { EventBroker, Subscription } from './event-broker.ts';
import { postgresExpiry } from './postgres-expiry.ts';
import { CHANNEL, postgresSubscription } from './postgres-subscription.ts';

/** Publishes a batch in one round trip. It sends one NOTIFY per topic, since commits with a NOTIFY are serialized. */
const PUBLISH = `
WITH published AS (
  INSERT INTO event (topic, id, key, type, time, data, traceparent)
  SELECT topic, id, key, type, time, data, traceparent
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[], $8::text[])
    WITH ORDINALITY AS e(topic, id, key, type, time, data, traceparent, position)
  ORDER BY position
  ON CONFLICT DO NOTHING
)
SELECT pg_notify('${CHANNEL}', topic) FROM unnest($7::text[]) AS topic`;

/** Stores topics in a table of Postgres (postgres-broker.sql). */
export class PostgresBroker implements EventBroker {
  readonly kind = 'postgres';
  readonly #database: Pick<OpenPool, 'pool' | 'close'>;
  readonly #log: Log;

  constructor(database: Pick<OpenPool, 'pool' | 'close'>, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  async publish(events: readonly Event[]): Promise<void> {
    const column = (field: keyof Event) => events.map((event) => event[field]);
    await this.#database.pool.query({
      name: 'publish',
      text: PUBLISH,
      values: [
        column('topic'),
        column('id'),
        column('key'),
        column('type'),
        column('time'),
        events.map((event) => JSON.stringify(event.data)),
        [...new Set(column('topic'))],
        column('traceparent'),
      ],
    });
  }

  subscribe(subscription: Subscription): Background {
    return postgresSubscription(this.#database.pool, subscription, this.#log);
  }

  maintenance(): Background {
    return postgresExpiry(this.#database.pool, this.#log);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
