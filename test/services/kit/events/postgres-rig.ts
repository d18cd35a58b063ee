import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';
import type { Rig } from './probes/rig.ts';

const SCHEMA = readFileSync(
  new URL('../../../../services/kit/events/postgres-broker.sql', import.meta.url),
  'utf8',
);
const PASSWORD = 'secret';

/** A Postgres for topics alone: the stores are on another. */
export async function openPostgresRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-broker-'));
  const options = { data: join(folder, 'data'), superuserPassword: PASSWORD };
  let server = await startPostgres(options);
  const { host, port } = server;
  let frozen: readonly number[] = [];
  const query = async (database: string, text: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({ host, port, user: 'postgres', password: PASSWORD, database });
    await client.connect();
    try {
      const { rows } = await client.query<Readonly<Record<string, unknown>>>(text, [...values]);
      return rows;
    } finally {
      await client.end();
    }
  };
  await query('postgres', 'CREATE DATABASE events');
  await query('events', SCHEMA);
  return {
    kind: 'postgres',
    password: PASSWORD,
    events: (topic) => ({
      broker: 'postgres',
      address: `${host}:${port}`,
      database: 'events',
      role: 'postgres',
      publishes: [topic],
      consumes: [topic],
      messageTypes: { [topic]: ['weft.order.v1.OrderEvent'] },
      retention: { [topic]: '24h' },
    }),
    settle: async () => {},
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async start() {
      server = await startPostgres({ ...options, port });
    },
    async freeze() {
      // The server answers by processes of its own, which would go on without it.
      const rows = await query('events', 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
      frozen = [server.pid, ...rows.map(({ pid }) => Number(pid))];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    },
    async thaw() {
      for (const pid of frozen) resume(pid);
      frozen = [];
    },
    async put(topic, { attributes: { id, partitionkey, type, time }, body }) {
      const text = 'INSERT INTO event (topic, id, key, type, time, data) VALUES ($1, $2, $3, $4, $5, $6)';
      const row = [topic, id, partitionkey, type, time, body.toString()];
      return query('events', text, row).then(
        () => true,
        () => false,
      );
    },
    async expire(topic) {
      await query('events', "INSERT INTO topic VALUES ($1, interval '7 days')", [topic]);
      const age = "UPDATE event SET published_at = now() - interval '8 days' WHERE topic = $1";
      await query('events', age, [topic]);
      await query('events', 'SELECT expire_events()');
    },
    async close() {
      // A frozen process handles no other signal.
      for (const pid of frozen) resume(pid);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended.
  }
}
