import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import type { Pool } from 'pg';
import { StoreClient } from '../../../../services/kit/store/store-client.ts';
import { StorePool } from '../../../../services/kit/store/store-pool.ts';
import { contextOf } from '../../../../services/kit/telemetry/propagation.ts';
import { testStore } from '../../../postgres.ts';
import { recordSpans } from '../telemetry/recorded-spans.ts';

recordSpans();
const REQUEST = contextOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');

let connectionString = '';
let pool: Pool | undefined;
beforeAll(async () => {
  ({ connectionString } = await testStore('connection-trace'));
});
afterEach(() => pool?.end());
afterAll(() => trace.disable());

test.each(['query', 'connect'] as const)(
  'a connection that %s opens for a request belongs to no trace, and its loss neither',
  async (method) => {
    const open = new StorePool({ connectionString, Client: StoreClient, max: 1 });
    pool = open;
    const loss = Promise.withResolvers<unknown>();
    open.on('error', () => loss.resolve(trace.getSpanContext(context.active())));
    const pid = await context.with(REQUEST, async () => {
      const client = method === 'connect' ? await open.connect() : open;
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      if ('release' in client) client.release();
      return rows[0].pid as number;
    });
    const killer = new StoreClient({ connectionString });
    await killer.connect();
    await killer.query('SELECT pg_terminate_backend($1)', [pid]);
    await killer.end();
    expect(await loss.promise).toBeUndefined();
  },
);
