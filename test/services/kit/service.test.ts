import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createClient } from '../../../services/kit/client/create-client.ts';
import { parseAddress } from '../../../services/kit/config/address.ts';
import { startService } from '../../../services/kit/service/start.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';
import { eventually } from '../../until.ts';
import type { Line } from './recorded-log.ts';

const MAIN = fileURLToPath(new URL('./service-process.ts', import.meta.url));
let folder: string;
let processes: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-service-'));
  writeFileSync(
    join(folder, 'app.json'),
    JSON.stringify({ service: 'notification', calls: {}, callers: {} }),
  );
});
afterEach(() => {
  for (const child of processes) child.kill('SIGKILL');
  processes = [];
  rmSync(folder, { recursive: true });
});

const variables = (more: Record<string, string> = {}) => ({
  WEFT_SERVICE: 'notification',
  WEFT_CONFIG: join(folder, 'app.json'),
  WEFT_GRPC_LISTEN: '127.0.0.1:0',
  WEFT_HTTP_LISTEN: '127.0.0.1:0',
  WEFT_ADMIN_LISTEN: '127.0.0.1:0',
  ...more,
});

function spawnService(more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN], {
    env: variables(more),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const exit = once(child, 'close').then(([code]) => code as number);
  const logged = (message: string) => eventually(() => lines.find((line) => line.message === message));
  return { child, lines, exit, logged };
}

function notifications(address: unknown) {
  const { client, close } = createClient(
    NotificationServiceDefinition,
    {
      callee: 'notification',
      address: String(address),
      service: NotificationServiceDefinition.fullName,
      methods: ['/weft.notification.v1.NotificationService/ListNotifications'],
    },
    {
      caller: 'gateway',
      discovery: {
        watch: (one, watcher) => {
          setImmediate(() => watcher.onEndpoints([parseAddress(one)]));
          return { refresh: () => {}, stop: () => {} };
        },
        close: () => {},
      },
    },
  );
  const list = (customerId: string) => client.listNotifications({ customerId, limit: 0, cursor: '' });
  return { list, close };
}

test('SIGTERM ends readiness, then background work, then calls in flight, and exits with 0', async () => {
  const { child, lines, exit, logged } = spawnService({ WEFT_DRAIN: '1s' });
  const { grpc, admin, http } = await logged('ready');
  expect(lines.findIndex(({ message }) => message === 'background starts')).toBeLessThan(
    lines.findIndex(({ message }) => message === 'ready'),
  );
  const ask = async (path: string) => (await fetch(`http://${admin}${path}`)).status;
  expect(await Promise.all([ask('/healthz'), ask('/readyz'), ask('/')])).toEqual([200, 200, 404]);
  expect(await (await fetch(`http://${http}`)).text()).toBe('edge');

  const { list, close } = notifications(grpc);
  const slow = list('slow');
  await logged('slow begins');
  child.kill('SIGTERM');
  await logged('stopping');
  expect(await Promise.all([ask('/healthz'), ask('/readyz')])).toEqual([200, 503]);
  await logged('background stops');
  child.kill('SIGUSR2');
  expect(await slow).toEqual({ items: [], nextCursor: '' });
  expect(await exit).toBe(0);
  close();
  const order = lines.map(({ message }) => message).filter((message) => message !== 'call');
  expect(order.slice(order.indexOf('stopping'))).toEqual([
    'stopping',
    'background stops',
    'slow ends',
    'stopped',
  ]);
});

test('a second signal exits at once with 1', async () => {
  const { child, exit, logged } = spawnService({ WEFT_DRAIN: '1h' });
  await logged('ready');
  child.kill('SIGINT');
  await logged('stopping');
  child.kill('SIGINT');
  expect(await exit).toBe(1);
});

test('wrong settings are all logged, and the process exits with 78', async () => {
  const { lines, exit } = spawnService({ WEFT_DRAIN: 'soon', WEFT_GRPC_LISTEN: 'here' });
  expect(await exit).toBe(78);
  expect(lines).toMatchObject([
    { level: 'error', message: 'invalid setting; exiting', key: 'WEFT_GRPC_LISTEN', value: 'here' },
    { level: 'error', message: 'invalid setting; exiting', key: 'WEFT_DRAIN', value: 'soon' },
  ]);
});

test.each(['WEFT_GRPC_LISTEN', 'WEFT_HTTP_LISTEN', 'WEFT_ADMIN_LISTEN'])(
  'a port of %s that is in use stops the start with the fix',
  async (key) => {
    const blocker = createServer();
    blocker.listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const { lines, exit } = spawnService({ [key]: `127.0.0.1:${port}` });
    expect(await exit).toBe(1);
    expect(lines.at(-1)).toMatchObject({
      message: 'cannot start the service; exiting',
      error: {
        message: `cannot listen on 127.0.0.1:${port}: the address is in use; stop the other process, or use another port`,
      },
    });
    blocker.close();
  },
);

test('an unhandled rejection ends the process with 1', async () => {
  const { lines, exit, logged } = spawnService();
  const { grpc } = await logged('ready');
  const { list, close } = notifications(grpc);
  await list('reject').catch(() => {});
  expect(await exit).toBe(1);
  expect(lines.find(({ message }) => message === 'unhandled rejection')).toMatchObject({
    error: { message: 'unhandled in the test' },
  });
  close();
});

test('a store, topic, call or secret that the graph does not declare is an error', async () => {
  const startWith = (build: Parameters<typeof startService>[1]) => startService(variables(), build);
  await expect(
    startWith(async (context) => ({ background: [context.events.consumer] as never })),
  ).rejects.toThrow('events: the graph declares no topics for this service');
  await expect(startWith(async (context) => void (await context.store([])) as never)).rejects.toThrow(
    'store: the graph declares no store for this service',
  );
  await expect(
    startWith(async (context) => void context.client(NotificationServiceDefinition, 'user') as never),
  ).rejects.toThrow('calls.user: the graph does not declare this call');
  await expect(startWith(async (context) => void context.secret('token-key.pem') as never)).rejects.toThrow(
    'token-key.pem: the secret cannot be read',
  );
});
