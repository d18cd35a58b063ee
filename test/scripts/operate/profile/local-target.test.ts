import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openLocalTarget } from '../../../../scripts/operate/profile/local-target.ts';
import { cpuTree, heapTree, sharesByPart } from '../../../../scripts/operate/profile/profile-tree.ts';
import { recordProfiles } from '../../../../scripts/operate/profile/record-profiles.ts';

/** A service that is always busy, and keeps what it allocates. */
const SERVICE = `
  const kept = [];
  const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
  function burn() {
    fibonacci(24);
    kept.push(new Array(1_000).fill(kept.length));
    setImmediate(burn);
  }
  burn();
  console.log('started');`;

let data = '';
let service: ChildProcess | undefined;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'weft-profile-'));
});
afterEach(async () => {
  service?.kill('SIGKILL');
  service = undefined;
  await rm(data, { recursive: true });
});

/** Starts the service as `npm start` does, with this process as the run. */
async function startService(): Promise<void> {
  const script = 'services/order/main.ts';
  await mkdir(join(data, 'services/order'), { recursive: true });
  await writeFile(join(data, script), SERVICE);
  await writeFile(join(data, 'lock'), `${process.pid} 0`);
  service = spawn(process.execPath, ['--inspect-port=127.0.0.1:0', script], {
    cwd: data,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (service.stdout) await once(service.stdout, 'data');
}

test('records what a running service does, twice, and closes its inspector', async () => {
  await startService();
  for (let recording = 0; recording < 2; recording++) {
    const target = await openLocalTarget('order', data);
    expect(target.name).toBe(`order, process ${service?.pid}`);
    const { cpu, heap } = await recordProfiles(target.inspectorUrl, 1, new AbortController().signal);
    await target.close();
    const [part] = sharesByPart(cpuTree(cpu));
    expect(part).toMatchObject({ part: 'services/order' });
    expect(part?.share).toBeGreaterThan(0.5);
    // Each call keeps 1,000 elements of 8 bytes.
    expect(heapTree(heap).total).toBeGreaterThan(8_000);
  }
});

test('a recording that is stopped fails with the reason', async () => {
  await startService();
  const { inspectorUrl } = await openLocalTarget('order', data);
  const stop = new AbortController();
  const recording = recordProfiles(inspectorUrl, 300, stop.signal);
  stop.abort(new Error('stopped by the user'));
  await expect(recording).rejects.toThrow('stopped by the user');
});

test('names what does not run', async () => {
  await expect(openLocalTarget('order', data)).rejects.toThrow(
    `no shop runs with the data folder ${data}; start it with npm start, or pass --data`,
  );
  await startService();
  await expect(openLocalTarget('oder', data)).rejects.toThrow('the shop runs no process of oder');
});
