import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memoryVariables } from '../../../mesh/compile/kubernetes/memory-variables.ts';
import { compileServices } from '../../../mesh/run/compile-services.ts';
import { ROOT } from '../../../scripts/process/run-tool.ts';

const SERVICE = 'services/payment/main.ts';
const { signal } = new AbortController();

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'weft-cache-'));
  await compileServices(ROOT, [SERVICE, 'test/mesh/run/fake-service.ts'], cache, signal);
});
afterAll(() => rm(cache, { recursive: true }));

/** Returns the log of Node's compile cache for a process with the options of a service's manifest. */
function logCompileCache(script: string): Promise<string> {
  const env = {
    ...process.env,
    ...memoryVariables({ memoryMiB: 192 }),
    NODE_COMPILE_CACHE: cache,
    NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
  };
  return new Promise((resolve) => {
    // Node reports many lines for each module.
    const options = { cwd: ROOT, env, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [script], options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

test.each([
  ['a service', SERVICE],
  ['a service with further settings', 'services/kit/service/lazy-modules.ts'],
])(
  '%s finds all its modules in the cache, so that Node does not load its type stripper',
  async (_, script) => {
    const lines = (await logCompileCache(script))
      .split('\n')
      .filter((line) => line.includes('retrieving transpile cache'));
    expect(lines.filter((line) => line.includes(script))).toHaveLength(1);
    expect(lines.filter((line) => !line.endsWith('success'))).toEqual([]);
  },
);

test('ignores a service without a folder', async () => {
  await expect(compileServices(ROOT, ['services/none/main.ts'], cache, signal)).resolves.toBeUndefined();
});

test('skips services whose sources have not changed', async () => {
  const file = join(cache, `services-${process.version}.json`);
  const before = await stat(file);
  await compileServices(ROOT, [SERVICE], cache, signal);
  expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
});
