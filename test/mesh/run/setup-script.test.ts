import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Postgres, startPostgres } from '../../../mesh/run/postgres/embedded-postgres.ts';
import { runSetupScript } from '../../../mesh/run/setup-script.ts';

const SCRIPT = `
select format('create role %I login', 'cart') where not exists (select from pg_roles where rolname = 'cart') \\gexec
\\set password \`cat /etc/passwords/cart\`
alter role "cart" password :'password';

select format('create database %I owner %I', 'cart', 'cart')
where not exists (select from pg_database where datname = 'cart') \\gexec
revoke all on database "cart" from public;

\\connect cart
set role "cart";
create table if not exists line (word text default 'a::text');
`;

const run = promisify(execFile);

let postgres: Postgres;
let server: pg.ClientConfig;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-setup-'));
  postgres = await startPostgres();
  const { host, port, superuserPassword } = postgres;
  server = { host, port, user: 'postgres', password: superuserPassword };
});

afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true });
});

const localPath = (path: string) => path.replace('/etc/passwords', folder);

async function cart(password: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ ...server, user: 'cart', database: 'cart', password });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a psql script', () => {
  test('creates roles and databases, and can run again with a new password', async () => {
    for (const password of ["o'ne", 'two']) {
      await writeFile(join(folder, 'cart'), `${password}\n`);
      await runSetupScript(SCRIPT, server, localPath);
      expect(await cart(password, `insert into line default values returning word`)).toEqual([
        { word: 'a::text' },
      ]);
    }
    expect(await cart('two', 'select tableowner from pg_tables where schemaname = current_schema()')).toEqual(
      [{ tableowner: 'cart' }],
    );
    await expect(cart("o'ne", 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('with an invalid statement fails with the error of Postgres', async () => {
    await expect(runSetupScript('select 1;\nselect wrong;', server, localPath)).rejects.toThrow(
      'column "wrong" does not exist',
    );
  });

  test('fails if its connection is lost between two statements', async () => {
    const pipe = join(folder, 'pipe');
    await run('mkfifo', [pipe]);
    const script = runSetupScript(
      'select 1;\n\\set x `cat /etc/passwords/pipe`\nselect 2;',
      server,
      localPath,
    );
    const failed = expect(script).rejects.toThrow(/connection|terminat/i);
    // The pipe opens once the script reads it, when it has connected to the server.
    const write = await open(pipe, 'w');
    const other = new pg.Client({ ...server, database: 'postgres' });
    await other.connect();
    await other.query(
      `select pg_terminate_backend(pid, 60000) from pg_stat_activity
       where pid <> pg_backend_pid() and backend_type = 'client backend' and datname = 'postgres'`,
    );
    await other.end();
    await write.close();
    await failed;
  });

  test.each(['\\copy a from b', '\\set x 1'])('with the unsupported command %s fails', async (line) => {
    await expect(runSetupScript(line, server, localPath)).rejects.toThrow('unsupported psql command');
  });
});
