import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mappedId, postgresAccount } from '../../../../mesh/run/postgres/account.ts';
import { startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';
import { cleanUpOrphan } from '../../../../mesh/run/postgres/orphan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-orphan-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('after a killed run', () => {
  test('stops its Postgres server, even one stopped by SIGSTOP', async () => {
    const data = join(folder, 'data');
    const server = await startPostgres({ data });
    process.kill(server.pid, 'SIGSTOP');
    const orphans: number[] = [];
    await cleanUpOrphan(data, (pid) => orphans.push(pid));
    expect(orphans).toEqual([server.pid]);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  test('starts a server despite a postmaster.pid that is empty or has the id of another program', async () => {
    const data = join(folder, 'data');
    await (await startPostgres({ data })).stop();
    const other = spawn('sleep', ['600'], { ...postgresAccount(), cwd: '/', stdio: 'ignore' });
    await once(other, 'spawn');
    try {
      for (const pid of [String(other.pid), '']) {
        await writeFile(join(data, 'postmaster.pid'), pid && `${pid}\n${data}\n1\n5432\n\n\n\n`);
        await cleanUpOrphan(data, () => {
          throw new Error('no server runs');
        });
        await (await startPostgres({ data })).stop();
      }
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill();
    }
  });
});

test('Postgres runs in a checkout whose path has special characters of the shell', async () => {
  const root = join(folder, 'a $HOME `b` "c" \'d\' é');
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  await mkdir(root);
  for (const path of ['mesh/run/postgres', 'mesh/run/process', 'package.json'])
    await cp(path, join(root, path), { recursive: true });
  await cp(`node_modules/${platform}`, join(root, 'node_modules', platform), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await symlink(join(process.cwd(), 'node_modules/pg'), join(root, 'node_modules/pg'));
  await writeFile(
    join(root, 'try.ts'),
    `import { startPostgres } from './mesh/run/postgres/embedded-postgres.ts';
     const server = await startPostgres({ data: import.meta.dirname + '/data' });
     console.log((await server.createStore('shop')).database);
     await server.stop();`,
  );
  const child = spawn(process.execPath, ['try.ts'], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const problems: string[] = [];
  child.stderr.on('data', (chunk) => problems.push(String(chunk)));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  await once(child, 'close');
  expect({ lines, problems }).toEqual({ lines: ['shop'], problems: [] });
  expect(await readFile(join(root, 'data/PG_VERSION'), 'utf8')).toBe('18\n');
});

describe('the account that root runs Postgres as', () => {
  test.each([
    ['every id', '         0          0 4294967295', 65_534],
    ['root only', '         0       1000          1', undefined],
    ['a few ids', '0 1000 1\n1 100000 1000', 1],
    ['a range from 0', '0 100000 500', 499],
    ['rootless containers', '0 1000 1\n1 100000 65536', 65_534],
  ])('in a namespace with %s', (_, map, id) => {
    expect(mappedId(65_534, map)).toBe(id);
  });
});
