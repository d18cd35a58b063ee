import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isForPlatform } from '../../../scripts/install/machine.mjs';

// A checkout with the real entry point, the real npm and two packages, of which one provides `node`, like the pinned Node.js.
let root: string;
const run = promisify(execFile);
const REGISTRY = 'http://127.0.0.1:1';
const env = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  npm_config_registry: REGISTRY,
  npm_config_fetch_retries: '0',
  npm_config_update_notifier: 'false',
};

interface VerbResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function verb(more: Readonly<Record<string, string>> = {}): Promise<VerbResult> {
  try {
    const { stdout, stderr } = await run(process.execPath, ['scripts/run.mjs', 'hello'], {
      cwd: root,
      env: { ...env, ...more },
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as VerbResult;
  }
}

async function addPackage(name: string, more: object): Promise<void> {
  const folder = join(root, 'packages', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...more }));
  await writeFile(join(folder, 'index.js'), `module.exports = '${name}';\n`);
  await writeFile(join(folder, 'node.sh'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  await run('npm', ['pack', '--pack-destination', root, '--silent'], { cwd: folder, env });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'weft-install-'));
  for (const path of [
    'scripts/run.mjs',
    'scripts/install',
    'mesh/run/process/lock.mjs',
    'mesh/run/process/proc-stat.mjs',
  ])
    await cp(path, join(root, path), { recursive: true });
  await writeFile(join(root, 'scripts/hello.ts'), "console.log('hello');\n");
  await addPackage('small', {});
  await addPackage('runtime', { bin: { node: 'node.sh' } });
  const dependencies = { small: 'file:small-1.0.0.tgz', runtime: 'file:runtime-1.0.0.tgz' };
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'checkout', version: '1.0.0', type: 'module', devDependencies: dependencies }),
  );
  await run('npm', ['install', '--package-lock-only', '--silent'], { cwd: root, env });
  await run('npm', ['ci', '--silent'], { cwd: root, env });
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('a verb', () => {
  test('installs nothing after a manual npm ci', async () => {
    expect(await verb()).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
  });

  test('installs a missing package in spite of the lock of a killed installation', async () => {
    await mkdir(join(root, '.weft'), { recursive: true });
    await rm(join(root, 'node_modules/small'), { recursive: true });
    await writeFile(join(root, '.weft/installing'), '');
    const { code, stdout, stderr } = await verb();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hello\n' });
    expect(stderr).toContain('node_modules lacks small; installing ...');
  });

  test('installs packages that settings of npm would omit', async () => {
    await rm(join(root, 'node_modules'), { recursive: true });
    expect(await verb({ NODE_ENV: 'production' })).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  test('restores node_modules when it cannot reach the registry', async () => {
    const file = join(root, 'package-lock.json');
    const lock = await readFile(file, 'utf8');
    const parsed = JSON.parse(lock) as { packages: Record<string, object> };
    parsed.packages['node_modules/small'] = {
      version: '2.0.0',
      dev: true,
      resolved: `${REGISTRY}/small/-/small-2.0.0.tgz`,
      integrity: `sha512-${'A'.repeat(86)}==`,
    };
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    parsed.packages[''] = {
      ...parsed.packages[''],
      devDependencies: { small: '2.0.0', runtime: 'file:runtime-1.0.0.tgz' },
    };
    await writeFile(file, JSON.stringify(parsed));
    await writeFile(join(root, 'package.json'), manifest.replace('file:small-1.0.0.tgz', '2.0.0'));
    try {
      const { code, stderr } = await verb();
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /npm ci failed: .*\nthe first run needs the npm registry.*\nthe previous node_modules was restored/,
      );
      expect(await readFile(join(root, 'node_modules/small/index.js'), 'utf8')).toContain('small');
    } finally {
      await writeFile(file, lock);
      await writeFile(join(root, 'package.json'), manifest);
    }
    expect(await verb()).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
  });

  test('repairs a node_modules that a killed installation has left incomplete', async () => {
    await cp(join(root, 'node_modules'), join(root, '.weft/node_modules-before'), { recursive: true });
    await rm(join(root, 'node_modules/small'), { recursive: true });
    expect(await verb()).toMatchObject({ code: 0, stdout: 'hello\n' });
    await expect(readFile(join(root, '.weft/node_modules-before/small/index.js'))).rejects.toThrow('ENOENT');
  });

  test('reports a missing npm', async () => {
    await rm(join(root, 'node_modules/small'), { recursive: true });
    const { code, stderr } = await verb({ PATH: join(root, 'nowhere') });
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm is not found on the PATH\ninstall Node.js with npm'),
    });
    expect(await verb()).toMatchObject({ code: 0 });
  });
});

test.each([
  [{}, true],
  [{ os: ['linux'], cpu: ['x64'] }, true],
  [{ os: 'linux', cpu: 'x64' }, true],
  [{ os: ['darwin', 'linux'] }, true],
  [{ os: ['!win32'] }, true],
  [{ os: ['!linux'] }, false],
  [{ os: ['darwin'] }, false],
  [{ os: ['linux'], cpu: ['arm64'] }, false],
])('decides whether a package with %j supports linux-x64: %j', (entry, expected) => {
  expect(isForPlatform(entry, { platform: 'linux', arch: 'x64' })).toBe(expected);
});
