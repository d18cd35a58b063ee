import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { implement } from '../../../services/kit/server/implement.ts';
import { startService } from '../../../services/kit/service/start.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';
import { eventually } from '../../until.ts';
import { fakeConsul } from './discovery/fake-consul.ts';

let folder: string;
const closers: (() => void | Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-registered-'));
  const config = { service: 'notification', calls: {}, callers: {} };
  writeFileSync(join(folder, 'app.json'), JSON.stringify(config));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

async function start(discovery: string, more: Record<string, string> = {}, onEvent = (_: string) => {}) {
  const variables = {
    WEFT_SERVICE: 'notification',
    WEFT_CONFIG: join(folder, 'app.json'),
    WEFT_GRPC_LISTEN: '127.0.0.1:0',
    WEFT_ADMIN_LISTEN: '127.0.0.1:0',
    WEFT_LOG_LEVEL: 'error',
    WEFT_DISCOVERY: discovery,
    ...more,
  };
  const running = await startService(variables, async () => ({
    grpc: [
      implement(NotificationServiceDefinition, {
        listNotifications: async () => ({ items: [], nextCursor: '' }),
      }),
    ],
    background: [{ start: () => onEvent('starts'), stop: async () => onEvent('stops') }],
  }));
  closers.push(running.stop);
  return running;
}

test('registers once it is ready, and deregisters before any part stops', async () => {
  const consul = await fakeConsul();
  closers.push(consul.http.close);
  const events: (readonly [string, number])[] = [];
  const { grpcAddress, stop } = await start(
    `consul+${consul.http.url}`,
    { WEFT_VERSION: 'v2', WEFT_ADVERTISE: 'notification.example:0' },
    (what) => events.push([what, consul.members().length]),
  );
  await eventually(() => consul.members().length === 1);
  const port = Number(grpcAddress?.split(':').at(-1));
  expect(consul.members()).toEqual([{ host: 'notification.example', port, version: 'v2' }]);
  await stop();
  expect(events).toEqual([
    ['starts', 0],
    ['stops', 0],
  ]);
  expect(consul.members()).toEqual([]);
});

test('starts and stops while the registry is dead', async () => {
  const consul = await fakeConsul();
  closers.push(consul.http.close);
  consul.http.become('dead');
  const { stop } = await start(`consul+${consul.http.url}`);
  await eventually(() => consul.http.requests.length > 0);
  await stop();
});

test.each([
  ['WEFT_DISCOVERY', 'zookeeper', "WEFT_DISCOVERY is 'zookeeper': use dns, kubernetes, the absolute path"],
  ['WEFT_ADVERTISE', 'here', "WEFT_ADVERTISE is 'here': use host:port"],
  ['WEFT_REGISTRATION_TTL', '1s', "WEFT_REGISTRATION_TTL is '1s': must be a duration from 2s to 5m"],
  ['WEFT_DISCOVERY', 'kubernetes', 'KUBERNETES_SERVICE_HOST: missing; run in a pod'],
])('%s=%s stops the process with the key, the value and the rule', async (key, value, message) => {
  await expect(start('dns', { [key]: value })).rejects.toThrow(message);
});
