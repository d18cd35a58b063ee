import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AppTls } from '../../../../mesh/policy/tls.ts';
import { freePort } from '../../../../scripts/lab/brokers/broker-container.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import { startService } from '../../../../services/kit/service/start.ts';
import { isStoreUnavailable } from '../../../../services/kit/store/is-store-unavailable.ts';
import { listen } from '../../../../services/kit/store/listen.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { openPool } from '../../../../services/kit/store/open-pool.ts';
import { createAuthority, type Issued } from '../../../certificates.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';
import { HBA, type ServerState, TlsPostgres } from './tls-postgres.ts';

/** Name of the server as the graph has it; discovery resolves it to 127.0.0.1. */
const HOST = 'postgres.test';
const AUTHORITY = createAuthority('CA of the server');
const OTHER_AUTHORITY = createAuthority('another CA');
const CERTIFICATE = AUTHORITY.issue({ commonName: 'postgres', hosts: [HOST] });
const VERIFY_FULL: AppTls = { mode: 'verify-full', ca: 'ca.crt' };

let postgres: TlsPostgres;
let store: Awaited<ReturnType<TlsPostgres['server']['createStore']>>;
let folder: string;
beforeAll(async () => {
  postgres = await TlsPostgres.start(AUTHORITY, CERTIFICATE);
  store = await postgres.server.createStore('orders');
});
afterAll(() => postgres?.stop());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-tls-'));
  give('ca.crt', AUTHORITY.certificate);
});
afterEach(() => rmSync(folder, { recursive: true }));

function give(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

function giveClient({ certificate, key }: Issued): AppTls {
  give('tls.crt', certificate);
  give('tls.key', key);
  return { mode: 'verify-full', ca: 'ca.crt', clientCertificate: { certificate: 'tls.crt', key: 'tls.key' } };
}

/** The usual server, with a change. */
async function server(change: ServerState = {}): Promise<void> {
  await postgres.become({ certificate: CERTIFICATE, hba: HBA.tlsOnly, ssl: 'on', ...change });
}

async function open(
  tls: AppTls | undefined,
  { host = HOST, startTimeoutMs = 30_000, log = recordedLog() } = {},
) {
  const { port } = postgres.server;
  const reasons: string[] = [];
  const opened = await openPool({
    store: {
      address: `${host}:${port}`,
      database: store.database,
      role: store.role,
      maxConnections: 2,
      ...(tls && { tls }),
    },
    password: store.password,
    applicationName: 'test',
    discovery: {
      watch: (_, watcher) => {
        setImmediate(() => watcher.onEndpoints([parseAddress(`127.0.0.1:${port}`)]));
        return { refresh: () => {}, stop: () => {} };
      },
      close: () => {},
    },
    log: log.log,
    startTimeoutMs: startTimeoutMs,
    tlsFolder: folder,
    onWaiting: (reason) => reasons.push(reason),
  });
  return { ...opened, reasons };
}

const ENCRYPTED = 'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

describe('a server that requires TLS', () => {
  beforeAll(() => server());

  test.each<[string, AppTls]>([
    ['verify-full', VERIFY_FULL],
    ['verify-ca', { mode: 'verify-ca', ca: 'ca.crt' }],
    ['require', { mode: 'require' }],
  ])('takes connections of mode %s, each of which is encrypted', async (_, tls) => {
    const { pool, close } = await open(tls);
    expect((await pool.query(ENCRYPTED)).rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
    await close();
  });

  test('serves migrations and LISTEN over TLS', async () => {
    const { pool, close } = await open(VERIFY_FULL);
    const { log } = recordedLog();
    await migrate(pool, [{ name: '0001', sql: 'SELECT 1' }], log);
    const payloads: (string | undefined)[] = [];
    const listener = listen(pool, 'changes', (payload) => payloads.push(payload), log);
    await listener.start();
    await pool.query(`NOTIFY changes, 'a'`);
    await eventually(() => payloads.includes('a'));
    const { rows } = await pool.query(
      'SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = current_user',
    );
    expect(rows).toEqual([{ ssl: true }]);
    await listener.stop();
    await close();
  });

  test.each<[string, AppTls | undefined]>([
    ['no mode', undefined],
    ['mode disable', { mode: 'disable' }],
  ])('refuses %s at once, and the error names the mode to use', async (_, tls) => {
    await expect(open(tls)).rejects.toThrow(
      /as orders: pg_hba.conf rejects connection .*no encryption: the server requires TLS; set tls to mode verify-full/,
    );
  });

  test('is rejected when another authority signed its certificate', async () => {
    give('ca.crt', OTHER_AUTHORITY.certificate);
    for (const tls of [VERIFY_FULL, { mode: 'verify-ca', ca: 'ca.crt' } as const]) {
      await expect(open(tls, { startTimeoutMs: 0 })).rejects.toThrow(
        /signed by an authority that is not in the CA of this process; add the authority to the CA/,
      );
    }
  });

  test('is rejected by the public authorities when no CA is set', async () => {
    await expect(open({ mode: 'verify-full' }, { startTimeoutMs: 0 })).rejects.toThrow('not in the CA');
  });

  test('is accepted once the right CA is on disk, and each rejection is reported until then', async () => {
    give('ca.crt', OTHER_AUTHORITY.certificate);
    const log = recordedLog();
    const opening = open(VERIFY_FULL, { log });
    const waits = await eventually(() =>
      log.lines.find((line) => line.message === 'waiting for the database'),
    );
    expect(waits).toMatchObject({ level: 'error', reason: expect.stringContaining('not in the CA') });
    give('ca.crt', AUTHORITY.certificate);
    const { close, reasons } = await opening;
    expect(reasons[0]).toContain(`cannot open database orders at ${HOST}:`);
    await close();
  });
});

test('a certificate for another host is rejected by verify-full only', async () => {
  await server({ certificate: AUTHORITY.issue({ commonName: HOST, hosts: ['replica.test'] }) });
  await expect(open(VERIFY_FULL, { startTimeoutMs: 0 })).rejects.toThrow(
    /Host: postgres.test. is not .*the certificate is for another host; use a name in the certificate as the address/s,
  );
  await (await open({ mode: 'verify-ca', ca: 'ca.crt' })).close();
});

test('a certificate for an address is verified against the address', async () => {
  await server({ certificate: AUTHORITY.issue({ commonName: 'postgres', hosts: ['127.0.0.1'] }) });
  await (await open(VERIFY_FULL, { host: '127.0.0.1' })).close();
  await expect(open(VERIFY_FULL, { startTimeoutMs: 0 })).rejects.toThrow(
    'the certificate is for another host',
  );
});

test('an expired certificate is rejected, also by verify-ca, until it is renewed', async () => {
  const notAfter = new Date(Date.now() - 60_000);
  await server({ certificate: AUTHORITY.issue({ commonName: 'postgres', hosts: [HOST], notAfter }) });
  for (const tls of [VERIFY_FULL, { mode: 'verify-ca', ca: 'ca.crt' } as const]) {
    await expect(open(tls, { startTimeoutMs: 0 })).rejects.toThrow(
      /certificate has expired: .* has expired; renew it at the server/,
    );
  }
  const log = recordedLog();
  const opening = open(VERIFY_FULL, { log });
  await eventually(() => log.lines.some(({ level }) => level === 'error'));
  await server();
  await (await opening).close();
});

test('a server without TLS is rejected, except in mode disable', async () => {
  await server({ ssl: 'off', hba: HBA.plain });
  for (const tls of [VERIFY_FULL, { mode: 'require' } as const]) {
    await expect(open(tls, { startTimeoutMs: 0 })).rejects.toThrow(
      /does not support SSL connections: the server does not support TLS; enable ssl in postgresql.conf, or use mode disable/,
    );
  }
  await (await open({ mode: 'disable' })).close();
});

describe('a server that requires a client certificate', () => {
  beforeAll(() => server({ hba: HBA.clientCertificate }));

  test('accepts a certificate that its CA signed', async () => {
    const { close } = await open(giveClient(AUTHORITY.issue({ commonName: 'orders' })));
    await close();
  });

  test('rejects a connection without a certificate at once, and the error names the setting', async () => {
    await expect(open(VERIFY_FULL)).rejects.toThrow(
      /connection requires a valid client certificate: set tls.clientCertificate/,
    );
  });

  test.each<[string, () => Issued]>([
    ['of another authority', () => OTHER_AUTHORITY.issue({ commonName: 'orders' })],
    [
      'that has expired',
      () => AUTHORITY.issue({ commonName: 'orders', notAfter: new Date(Date.now() - 60_000) }),
    ],
  ])('refuses one %s', async (_, issue) => {
    await expect(open(giveClient(issue()), { startTimeoutMs: 0 })).rejects.toThrow(
      /the server rejects the client certificate; set tls.clientCertificate to a valid/,
    );
  });
});

describe('certificates that are replaced on disk', () => {
  test('apply to new connections, and open connections stay', async () => {
    await server();
    const log = recordedLog();
    const { pool, close } = await open(VERIFY_FULL, { log });
    const old = await pool.connect();
    const renewed = createAuthority('CA of the server, renewed');
    await server({ certificate: renewed.issue({ commonName: 'postgres', hosts: [HOST] }) });
    const failure = await pool.query('SELECT 1').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(isStoreUnavailable(failure)).toBe(true);
    give('ca.crt', AUTHORITY.certificate + renewed.certificate);
    expect((await pool.query(ENCRYPTED)).rows).toMatchObject([{ ssl: true }]);
    await old.query('SELECT 1');
    old.release();
    expect(log.lines).toContainEqual(
      expect.objectContaining({ message: 'reloaded certificates; new connections use them' }),
    );
    await close();
  });

  test('are not used while they are invalid', async () => {
    await server();
    const log = recordedLog();
    const { pool, close } = await open(VERIFY_FULL, { log });
    const old = await pool.connect();
    for (const text of ['', 'no certificate']) {
      give('ca.crt', text);
      await pool.query('SELECT 1');
    }
    rmSync(join(folder, 'ca.crt'));
    await pool.query('SELECT 1');
    old.release();
    const errors = log.lines.filter(({ level }) => level === 'error');
    expect(JSON.stringify(errors[0])).toContain('the file has no certificate');
    await close();
  });
});

test('a service that waits for the right CA reports the wait at /readyz, and then becomes ready', async () => {
  await server();
  give('ca.crt', OTHER_AUTHORITY.certificate);
  give('store-password', store.password);
  const { database, role } = store;
  const address = `127.0.0.1:${postgres.server.port}`;
  const tls: AppTls = { mode: 'verify-ca', ca: 'ca.crt' };
  const config = { service: 'order', calls: {}, callers: {} };
  give('app.json', JSON.stringify({ ...config, store: { address, database, role, maxConnections: 1, tls } }));
  const admin = `127.0.0.1:${await freePort()}`;
  const variables = {
    WEFT_SERVICE: 'order',
    WEFT_CONFIG: join(folder, 'app.json'),
    WEFT_SECRETS: folder,
    WEFT_TLS: folder,
    WEFT_ADMIN_LISTEN: admin,
    WEFT_LOG_LEVEL: 'error',
  };
  const starting = startService(variables, async (host) => {
    await host.store([]);
    return {};
  });
  const readyz = async () => {
    const answer = await fetch(`http://${admin}/readyz`).catch(() => undefined);
    return answer && `${answer.status} ${await answer.text()}`;
  };
  const problem = await eventually(async () => {
    const text = await readyz();
    return text?.includes('cannot open') && text;
  });
  expect(problem).toMatch(
    /^503 not ready: the service is starting; cannot open database orders at .* not in the CA of this process/,
  );
  give('ca.crt', AUTHORITY.certificate);
  const running = await starting;
  expect(await readyz()).toBe('200 ready\n');
  await running.stop();
});
