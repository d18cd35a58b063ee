import { afterEach, expect, test } from '@jest/globals';
import { consulMembership } from '../../../../services/kit/discovery/consul/consul-membership.ts';
import { eventually } from '../../../until.ts';
import { fakeConsul } from './fake-consul.ts';
import { pod } from './fake-registry.ts';
import { watchRegistry } from './watch-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openWatch() {
  const fake = await fakeConsul();
  closers.push(fake.http.close);
  fake.set([pod(1)]);
  const registryWatch = watchRegistry(fake.registry);
  closers.push(() => registryWatch.discovery.close());
  await eventually(() => registryWatch.notifications.length > 0);
  return { ...fake, ...registryWatch };
}

test('each query blocks until the index is newer than that of the last response', async () => {
  const { http, settings } = await openWatch();
  await eventually(() => http.requests.length > 1);
  expect(http.requests.slice(0, 2)).toEqual([
    'GET /v1/health/service/product?passing=true',
    `GET /v1/health/service/product?passing=true&index=${settings.index}&wait=800ms`,
  ]);
});

test('queries without blocking after the index went back', async () => {
  const { http, settings, set, notifications } = await openWatch();
  settings.index = 3;
  set([pod(2)]);
  await eventually(() => notifications.length > 1);
  expect(notifications.at(-1)).toEqual([pod(2)]);
  const waitless = () => http.requests.filter((request) => !request.includes('index='));
  await eventually(() => waitless().length > 1);
});

test.each(['0', '-1', 'x', '1e999'])('rejects a response with the index %s', async (reported) => {
  const { settings, findLines, set } = await openWatch();
  settings.reported = reported;
  set([pod(2)]);
  const [line] = await eventually(() => {
    const lines = findLines('registry does not respond; keeping the last known endpoints');
    return lines.length > 0 && lines;
  });
  expect(JSON.stringify(line)).toContain(`X-Consul-Index is '${reported}'`);
});

test('uses the address of the node for an instance without an address', async () => {
  const { settings, set, notifications } = await openWatch();
  settings.node = '10.0.0.9';
  set([{ host: '', port: 50_051 }]);
  await eventually(() => notifications.length > 1);
  expect(notifications.at(-1)).toEqual([pod(9)]);
});

test('registers an instance with a TTL check and automatic deregistration', async () => {
  const { http } = await openWatch();
  const instance = { service: 'product', ttlMs: 9_000, ...pod(7, 'v2') };
  const membership = consulMembership(http.url, instance);
  const { signal } = new AbortController();
  await membership.join(signal);
  expect(await membership.renew(signal)).toBe(true);
  await membership.leave(signal);
  expect(await membership.renew(signal)).toBe(false);
  await membership.leave(signal);
  const puts = http.sent.filter(({ line }) => line.startsWith('PUT'));
  expect(JSON.parse(puts[0]?.body ?? '')).toEqual({
    ID: 'product@10.0.0.7:50051',
    Name: 'product',
    Address: '10.0.0.7',
    Port: 50_051,
    Meta: { version: 'v2' },
    Check: {
      CheckID: 'product@10.0.0.7:50051',
      Name: expect.any(String),
      TTL: '9000ms',
      Status: 'passing',
      DeregisterCriticalServiceAfter: '1m',
    },
  });
  expect(puts.map(({ line }) => line)).toEqual([
    'PUT /v1/agent/service/register?replace-existing-checks=true',
    'PUT /v1/agent/check/update/product%4010.0.0.7%3A50051',
    'PUT /v1/agent/service/deregister/product%4010.0.0.7%3A50051',
    'PUT /v1/agent/check/update/product%4010.0.0.7%3A50051',
    'PUT /v1/agent/service/deregister/product%4010.0.0.7%3A50051',
  ]);
});
