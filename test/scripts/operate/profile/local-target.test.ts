import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InspectorClient } from '../../../../scripts/operate/profile/inspector-client.ts';
import { readInspectorUrl } from '../../../../scripts/operate/profile/inspector-url.ts';
import { openLocalTarget } from '../../../../scripts/operate/profile/local-target.ts';
import { cpuTree, heapTree, sharesByPart } from '../../../../scripts/operate/profile/profile-tree.ts';
import { recordProfiles } from '../../../../scripts/operate/profile/record-profiles.ts';
import { BUSY, IDLE, LocalServices } from './local-services.ts';

const { signal } = new AbortController();

let services: LocalServices;
beforeEach(async () => {
  services = await LocalServices.create();
});
afterEach(() => services.stop());

function openTarget(service = 'order') {
  return openLocalTarget(service, services.data, signal);
}

test('records a busy service three times in a row, and closes its inspector each time', async () => {
  const { pid } = await services.start('order', BUSY);
  for (let recording = 0; recording < 3; recording++) {
    const target = await openTarget();
    expect(target.name).toBe(`order, process ${pid}`);
    const { cpu, heap } = await recordProfiles(target, 1, signal);
    const [part] = sharesByPart(cpuTree(cpu));
    expect(part).toMatchObject({ part: 'services/order' });
    expect(part?.share).toBeGreaterThan(0.5);
    // Each call allocates 1,000 elements of 8 bytes.
    expect(heapTree(heap).total).toBeGreaterThan(100 * 8_000);
    expect(await readInspectorUrl(Number(new URL(target.inspectorUrl).port))).toBeUndefined();
  }
});

test('records an idle service', async () => {
  await services.start('order', IDLE);
  const target = await openTarget();
  const { cpu } = await recordProfiles(target, 1, signal);
  expect(cpuTree(cpu).total).toBeLessThan(500_000);
  expect(await readInspectorUrl(Number(new URL(target.inspectorUrl).port))).toBeUndefined();
});

test('a recording that is stopped fails with the reason, and closes the inspector', async () => {
  await services.start('order', BUSY);
  const target = await openTarget();
  const stop = new AbortController();
  const recording = recordProfiles(target, 300, stop.signal);
  stop.abort(new Error('stopped by the user'));
  await expect(recording).rejects.toThrow('stopped by the user');
});

test('a recording of a service that exits fails at once', async () => {
  const service = await services.start('order', BUSY);
  const target = await openTarget();
  const recording = recordProfiles(target, 300, signal);
  setTimeout(() => service.kill('SIGKILL'), 500);
  await expect(recording).rejects.toThrow(
    `order, process ${service.pid}: the connection to its inspector ended; it exited or restarted, see its log`,
  );
});

test('refuses a second recording at the same time', async () => {
  const { pid } = await services.start('order', BUSY);
  const target = await openTarget();
  const first = recordProfiles(target, 2, signal);
  const problem = `order, process ${pid}: another recording is running; wait until it has ended`;
  await new Promise((resolve) => setTimeout(resolve, 500));
  await expect(recordProfiles(await openTarget(), 1, signal)).rejects.toThrow(problem);
  expect(sharesByPart(cpuTree((await first).cpu))[0]).toMatchObject({ part: 'services/order' });
});

test('records a service whose last recording was killed', async () => {
  await services.start('order', BUSY);
  const { name, inspectorUrl } = await openTarget();
  const killed = await InspectorClient.connect(name, inspectorUrl, signal);
  await killed.send('HeapProfiler.startSampling');
  killed.close();
  await once(killed.ended, 'abort');
  const { cpu } = await recordProfiles(await openTarget(), 1, signal);
  expect(sharesByPart(cpuTree(cpu))[0]).toMatchObject({ part: 'services/order' });
});

test('an inspector that is closed refuses the connection', async () => {
  const url = 'ws://127.0.0.1:1/closed';
  await expect(InspectorClient.connect('order, process 1', url, signal)).rejects.toThrow(
    `order, process 1: the inspector at ${url} refused the connection; try again`,
  );
});

test('lists the services if the name is unknown', async () => {
  await services.start('order', IDLE);
  await services.start('gateway', IDLE);
  await expect(openTarget('oder')).rejects.toThrow(
    "the shop runs no process of 'oder'; use one of gateway, order",
  );
});

test('counts the processes of a service with several replicas', async () => {
  await services.start('order', IDLE);
  await services.start('order', IDLE);
  const target = await openTarget();
  expect(target.name).toMatch(/^order, process \d+, one of 2$/);
});

test('does not kill a service that handles no SIGUSR1', async () => {
  const { pid = 0 } = await services.start('order', IDLE, ['--disable-sigusr1']);
  await expect(openTarget()).rejects.toThrow(
    `order, process ${pid} does not handle SIGUSR1: it is starting, or runs with --disable-sigusr1`,
  );
  expect(process.kill(pid, 0)).toBe(true);
});

test('a service that cannot open a port is reported', async () => {
  const occupied = createServer().listen(0, '127.0.0.1');
  await once(occupied, 'listening');
  const { port } = occupied.address() as AddressInfo;
  const { pid } = await services.start('order', IDLE, [`--inspect-port=127.0.0.1:${port}`]);
  await expect(openTarget()).rejects.toThrow(
    `order, process ${pid} did not open its inspector within 10 s; see its log for the reason, such as an address in use`,
  );
  occupied.close();
});
