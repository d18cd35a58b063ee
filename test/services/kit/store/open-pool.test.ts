import { expect, test } from '@jest/globals';
import { type Discovery, parseAddress, type Watcher } from '../../../../services/kit/discovery/discovery.ts';
import { openPool } from '../../../../services/kit/store/open-pool.ts';
import { testStore } from '../../../postgres.ts';
import { eventually } from '../eventually.ts';
import { recordedLog } from '../recorded-log.ts';

function movable(address: string): { discovery: Discovery; move: (to: string) => void } {
  const watchers: Watcher[] = [];
  const discovery: Discovery = {
    watch: (_, watcher) => {
      watchers.push(watcher);
      setImmediate(() => watcher.endpoints([parseAddress(address)]));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const move = (to: string) => {
    for (const watcher of watchers) watcher.endpoints([parseAddress(to)]);
  };
  return { discovery, move };
}

test('waits for a server that comes later, elsewhere, and says so', async () => {
  const { address, database, role, password } = await testStore('kit-pool');
  const { log, lines } = recordedLog();
  const { discovery, move } = movable('127.0.0.1:1');
  const store = { address: 'postgres:5432', database, role, connections: 2 };
  const opening = openPool({ store, password, applicationName: 'test', discovery, log });
  await eventually(() => lines.some(({ message }) => message === 'waiting for the database'));
  move(address);
  const { pool, close } = await opening;
  const { rows } = await pool.query(
    `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS limit`,
  );
  expect(rows).toEqual([{ name: 'test', limit: '15s' }]);
  await close();
});

test('gives up after a while, with database, address, role and reason', async () => {
  const { discovery } = movable('127.0.0.1:1');
  const store = { address: 'postgres:5432', database: 'orders', role: 'order', connections: 2 };
  const { log } = recordedLog();
  const opening = openPool({ store, password: 'x', applicationName: 'test', discovery, log, patienceMs: 60 });
  await expect(opening).rejects.toThrow(
    /^cannot open database orders at postgres:5432 as order: .*ECONNREFUSED/,
  );
});

test('does not wait where waiting does not help', async () => {
  const { address, database, role } = await testStore('kit-pool-refused');
  const { log, lines } = recordedLog();
  const { discovery } = movable(address);
  const store = { address, database, role, connections: 2 };
  const opening = openPool({ store, password: 'wrong-secret', applicationName: 'test', discovery, log });
  await expect(opening).rejects.toThrow('password authentication failed');
  expect(JSON.stringify(lines)).not.toContain('wrong-secret');
});
