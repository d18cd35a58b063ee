import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Postgres, startPostgres } from '../mesh/run/postgres/embedded-postgres.ts';
import type { TestStore } from './postgres.ts';

export interface Shared {
  readonly hub: Server;
  /** Undefined as long as no test asked for it. */
  postgres: Promise<Postgres> | undefined;
}

declare global {
  var weftTests: Shared | undefined;
}

/**
 * Offers one Postgres to all test files, over HTTP since each runs in a process of its own. The
 * server starts with the first that asks, so that tests without a database do not wait for it.
 */
export default async function setUp(): Promise<void> {
  let stores = 0;
  const hub = createServer(async (request, response) => {
    try {
      shared.postgres ??= startPostgres();
      const postgres = await shared.postgres;
      const name = decodeURIComponent(request.url?.replace('/stores/', '') ?? '').replaceAll('-', '_');
      stores += 1;
      const store = await postgres.createStore(`${name}_${stores}`);
      const { address, database, role, password } = store;
      const answer: TestStore = {
        ...store,
        host: postgres.host,
        port: postgres.port,
        connectionString: `postgres://${role}:${password}@${address}/${database}`,
      };
      response.end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  const shared: Shared = { hub, postgres: undefined };
  globalThis.weftTests = shared;
  hub.listen(0, '127.0.0.1');
  await once(hub, 'listening');
  process.env.WEFT_TEST_POSTGRES = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
}
