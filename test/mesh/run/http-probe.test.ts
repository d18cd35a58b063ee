import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { type HttpProbe, watchProbe } from '../../../mesh/run/http-probe.ts';

test('a probe changes its state after failureThreshold failures or successThreshold successes in a row', async () => {
  const statuses = [200, 500, 200, 500, 500, 200, 500, 302, 204, 200];
  const events: string[] = [];
  const end = new AbortController();
  const server = createServer((_, response) => {
    const status = statuses.shift();
    if (status === undefined) end.abort();
    else events.push(String(status));
    response.writeHead(status ?? 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const probe: HttpProbe = {
    port: (server.address() as AddressInfo).port,
    path: '/',
    periodMs: 1,
    timeoutMs: 60_000,
    failureThreshold: 2,
    successThreshold: 3,
    initialDelayMs: 0,
  };
  await watchProbe(probe, end.signal, (healthy) => events.push(healthy ? 'healthy' : 'unhealthy'));
  server.close();
  expect(events).toEqual([
    '200',
    '500',
    '200',
    '500',
    '500',
    'unhealthy',
    '200',
    '500',
    '302',
    '204',
    '200',
    'healthy',
  ]);
});
