import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Postgres, startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';
import { eventually } from '../../../until.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function queryValue(postgres: Postgres, sql: string): Promise<unknown> {
  const { host, port, superuserPassword } = postgres;
  const client = new pg.Client({ host, port, user: 'postgres', password: superuserPassword });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows?.[0]?.[0];
  } finally {
    await client.end();
  }
}

describe('the embedded Postgres', () => {
  test('reuses its data in a folder that is closed to other users', async () => {
    // mkdtemp creates it with mode 0700, so for root the account of Postgres cannot enter it.
    const options = { data: join(folder, 'data'), superuserPassword: 'one' };
    const first = await startPostgres(options);
    await queryValue(first, 'create table saved as select 7 as n');
    await first.stop();
    const second = await startPostgres(options);
    try {
      expect(await queryValue(second, 'select n from saved')).toBe(7);
      expect(await queryValue(second, 'show fsync')).toBe('on');
    } finally {
      await second.stop();
    }
  });

  test('rejects a wrong password and opens no Unix socket', async () => {
    const postgres = await startPostgres();
    try {
      await expect(queryValue({ ...postgres, superuserPassword: 'wrong' }, 'select 1')).rejects.toThrow(
        'password authentication failed',
      );
      expect(await queryValue(postgres, 'show unix_socket_directories')).toBe('');
    } finally {
      await postgres.stop();
    }
  });

  test('reports a port in use', async () => {
    const postgres = await startPostgres();
    try {
      const other = startPostgres({ data: join(folder, 'data'), port: postgres.port });
      await expect(other).rejects.toThrow(/did not start.*the port is in use/);
    } finally {
      await postgres.stop();
    }
  });

  test('reports a folder that cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(startPostgres({ data: join(folder, 'file', 'data') })).rejects.toThrow(
      'a part of its path is a file',
    );
  });

  test('reports data of another Postgres version', async () => {
    const data = join(folder, 'data');
    await mkdir(data, { mode: 0o700 });
    await writeFile(join(data, 'PG_VERSION'), '9\n');
    await writeFile(join(data, 'postgresql.conf'), '');
    if (process.getuid?.() === 0) await chown(data, 65_534, 65_534);
    await chmod(join(data, 'PG_VERSION'), 0o644);
    await expect(startPostgres({ data })).rejects.toThrow('start with --reset');
  });

  test('starts after a killed server whose last backend still runs', async () => {
    const lines: string[] = [];
    const options = { data: join(folder, 'data'), superuserPassword: 'one', onLine: lines.push.bind(lines) };
    const first = await startPostgres(options);
    const { host, port, pid, exited } = first;
    const client = new pg.Client({ host, port, user: 'postgres', password: 'one' }).on('error', () => {});
    await client.connect();
    const backend = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
    process.kill(backend, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await exited;
    const second = startPostgres(options);
    await eventually(() => lines.some((line) => line.includes('pre-existing shared memory block')));
    process.kill(backend, 'SIGCONT');
    await (await second).stop();
  });

  test('exits when its parent process is killed', async () => {
    const module = new URL('../../../../mesh/run/postgres/embedded-postgres.ts', import.meta.url).href;
    const parent: ChildProcess = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '--eval',
        `const { startPostgres } = await import(${JSON.stringify(module)});
         const { pid, port, superuserPassword } = await startPostgres();
         console.log(JSON.stringify({ pid, port, superuserPassword }));
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    if (!parent.stdout) throw new Error('no stdout');
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const { pid } = JSON.parse(line) as { pid: number };
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
