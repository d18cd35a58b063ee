import { readFileSync } from 'node:fs';
import pg from 'pg';
import { type Postgres, startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';

const SCHEMA = readFileSync(
  new URL('../../../../services/kit/events/postgres-broker.sql', import.meta.url),
  'utf8',
);

/** A Postgres with the database `events`, set up by its superuser as the manifests do. */
export async function eventsDatabase() {
  const postgres = await startPostgres();
  const admin = pool(postgres, 'postgres', postgres.superuserPassword, 'postgres');
  await admin.query('CREATE DATABASE events');
  const events = pool(postgres, 'postgres', postgres.superuserPassword, 'events');
  await events.query(SCHEMA);
  // The schema of an older version, which the same script upgrades.
  await events.query('ALTER TABLE event DROP COLUMN published_at, DROP COLUMN traceparent');
  await events.query(SCHEMA);
  for (const role of ['publisher', 'consumer']) {
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    await admin.query(`GRANT CONNECT ON DATABASE events TO ${role}`);
  }
  await events.query(`GRANT INSERT ON event TO publisher;
    CREATE POLICY publisher_publishes ON event FOR INSERT TO publisher WITH CHECK (topic IN ('orders'));
    GRANT SELECT ON event TO consumer;
    CREATE POLICY consumer_consumes ON event FOR SELECT TO consumer USING (topic IN ('orders'))`);
  const pools = [admin, events];
  return {
    /** As superuser. */
    events,
    as(role: 'publisher' | 'consumer'): pg.Pool {
      const made = pool(postgres, role, 'secret', 'events');
      pools.push(made);
      return made;
    },
    /** A database of its own for a service. */
    async store(name: string): Promise<pg.Pool> {
      const { database, role, password } = await postgres.createStore(name);
      const made = pool(postgres, role, password, database);
      pools.push(made);
      return made;
    },
    async stop(): Promise<void> {
      await Promise.all(pools.map((one) => one.end()));
      await postgres.stop();
    },
  };
}

function pool({ host, port }: Postgres, user: string, password: string, database: string): pg.Pool {
  const made = new pg.Pool({ host, port, user, password, database, max: 20 });
  // Some tests end connections from the server's side.
  return made.on('error', () => {});
}
