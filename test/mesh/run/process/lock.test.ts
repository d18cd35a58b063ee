import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stateOf, tryLock } from '../../../../mesh/run/process/lock.mjs';

let folder: string;
let file: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-lock-'));
  file = join(folder, 'lock');
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(folder, { recursive: true });
});

async function shell(script: string, options: object = {}): Promise<string> {
  const child = spawn('/bin/sh', ['-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...options,
  });
  children.push(child);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return line.toString().trim();
}

function acquire(): () => void {
  const lock = tryLock(file);
  if ('release' in lock) return lock.release;
  throw new Error(`process ${lock.holder} holds the lock`);
}

describe('a lock', () => {
  test('is held until it is released, and leaves nothing behind', async () => {
    const release = acquire();
    expect(tryLock(file)).toEqual({ holder: process.pid });
    release();
    acquire()();
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['an empty file', () => ''],
    ['garbage', () => '{"pid":'],
    ['the id of a process that has exited', () => `${2 ** 22 + 1} 1`],
    ['the id of a process that started later', () => `${process.pid} 1`],
    ['a process id without a start time', () => String(process.pid)],
  ])('is taken over from %s', async (_, content) => {
    await writeFile(file, content());
    const release = acquire();
    expect(await readFile(file, 'utf8')).toMatch(`${process.pid} `);
    release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is taken over from a dangling symbolic link', async () => {
    await symlink(join(folder, 'nowhere'), file);
    acquire()();
  });

  test('is taken over from a zombie process', async () => {
    // Node reaps only its own children, so the child of the shell stays a zombie after exec.
    const parent = `'${process.execPath}' --eval 'console.log(process.argv[1]); setInterval(() => {}, 1e6)'`;
    const pid = Number(await shell(`sleep 600 & exec ${parent} $!`));
    process.kill(pid);
    while (!stateOf(pid)?.isZombie) await new Promise((resolve) => setTimeout(resolve, 10));
    await writeFile(file, `${pid} ${stateOf(pid)?.start}`);
    acquire()();
  });

  test('is held by a process of another user', async () => {
    const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const pid = Number(await shell('echo $$; exec sleep 600', other));
    await writeFile(file, `${pid} ${stateOf(pid)?.start}`);
    expect(tryLock(file)).toEqual({ holder: pid });
  });

  test('is not removed by its former owner after another process has taken it over', async () => {
    const release = acquire();
    await writeFile(file, '1 another');
    release();
    expect(await readFile(file, 'utf8')).toBe('1 another');
  });
});
