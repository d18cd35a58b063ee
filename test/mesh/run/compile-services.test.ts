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

/** What Node reports of its compile cache when the service starts with the options of its manifest. */
function report(): Promise<string> {
  const env = {
    ...process.env,
    ...memoryVariables({ memoryMiB: 192 }),
    NODE_COMPILE_CACHE: cache,
    NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
  };
  return new Promise((resolve) => {
    // Node reports many lines for each module.
    const options = { cwd: ROOT, env, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [SERVICE], options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

test('a service finds each of its modules compiled, so that Node strips no types', async () => {
  const lines = (await report()).split('\n').filter((line) => line.includes('retrieving transpile cache'));
  expect(lines.filter((line) => line.includes(SERVICE))).toHaveLength(1);
  expect(lines.filter((line) => !line.endsWith('success'))).toEqual([]);
});

test('a service without a folder causes no error', async () => {
  await expect(compileServices(ROOT, ['services/none/main.ts'], cache, signal)).resolves.toBeUndefined();
});

test('sources that were compiled before are not compiled again', async () => {
  const file = join(cache, `services-${process.version}.json`);
  const before = await stat(file);
  await compileServices(ROOT, [SERVICE], cache, signal);
  expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
});
