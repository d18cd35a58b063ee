import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { isStoreUnavailable } from '../../../../services/kit/store/is-store-unavailable.ts';
import { testStore } from '../../../postgres.ts';
import { productWorld } from '../product-server.ts';

const world = productWorld();
afterAll(() => world.close());

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

test('a method whose database is unreachable responds unavailable, which is safe to retry', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: await closedPort() });
  const { address, lines } = await world.serve({
    async getProduct() {
      await pool.query('SELECT 1');
      throw new Error('there was a database');
    },
  });
  await expect(world.client([address]).getProduct({ id: 'a' })).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(lines).toContainEqual(
    expect.objectContaining({
      message: 'the database is unavailable or out of disk space; failing the call',
    }),
  );
  await pool.end();
});

test('a connection lost during a statement and an invalid statement do not count as unavailable', async () => {
  const { connectionString } = await testStore('kit-store-away');
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  const fails = (sql: string) =>
    client.query(sql).then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(isStoreUnavailable(await fails('SELECT 1/0'))).toBe(false);
  const connectionError = await fails('SELECT pg_terminate_backend(pg_backend_pid())');
  expect(connectionError).toBeInstanceOf(Error);
  expect(isStoreUnavailable(connectionError)).toBe(false);
});

test.each(['57P03', '53300', '08001', '08004', '53100', 'ECONNREFUSED'])(
  'the error code %s counts as unavailable',
  (code) => {
    expect(isStoreUnavailable(Object.assign(new Error('refused'), { code }))).toBe(true);
  },
);

test.each(['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'])(
  'a TLS handshake that fails with %s counts as unavailable',
  (code) => {
    expect(isStoreUnavailable(Object.assign(new Error('refused'), { code }))).toBe(true);
  },
);

test.each(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'])(
  '%s, which a damaged TLS record also causes, does not count as unavailable',
  (code) => {
    expect(isStoreUnavailable(Object.assign(new Error('lost'), { code }))).toBe(false);
  },
);
