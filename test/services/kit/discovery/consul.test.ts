import { afterEach, expect, test } from '@jest/globals';
import { consulMembership } from '../../../../services/kit/discovery/consul/consul-membership.ts';
import { eventually } from '../eventually.ts';
import { fakeConsul } from './fake-consul.ts';
import { pod } from './fake-registry.ts';
import { followingOf } from './watch-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function followed() {
  const fake = await fakeConsul();
  closers.push(fake.http.close);
  fake.set([pod(1)]);
  const following = followingOf(fake.registry);
  closers.push(() => following.discovery.close());
  await eventually(() => following.told.length > 0);
  return { ...fake, ...following };
}

test('a question waits for what is newer than the last answer', async () => {
  const { http, settings } = await followed();
  await eventually(() => http.requests.length > 1);
  expect(http.requests.slice(0, 2)).toEqual([
    'GET /v1/health/service/product?passing=true',
    `GET /v1/health/service/product?passing=true&index=${settings.index}&wait=800ms`,
  ]);
});

test('an index that goes back is that of a new Consul: asked again without waiting', async () => {
  const { http, settings, set, told } = await followed();
  settings.index = 3;
  set([pod(2)]);
  await eventually(() => told.length > 1);
  expect(told.at(-1)).toEqual([pod(2)]);
  const waitless = () => http.requests.filter((request) => !request.includes('index='));
  await eventually(() => waitless().length > 1);
});

test.each(['0', '-1', 'x', '1e999'])('an index of %s is not that of a Consul', async (reported) => {
  const { settings, said, set } = await followed();
  settings.reported = reported;
  set([pod(2)]);
  const [line] = await eventually(() => {
    const lines = said('registry does not respond; keeping the last endpoints');
    return lines.length > 0 && lines;
  });
  expect(JSON.stringify(line)).toContain(`X-Consul-Index is '${reported}'`);
});

test('an instance without an address of its own has that of its node', async () => {
  const { settings, set, told } = await followed();
  settings.node = '10.0.0.9';
  set([{ host: '', port: 50_051 }]);
  await eventually(() => told.length > 1);
  expect(told.at(-1)).toEqual([pod(9)]);
});

test('an instance has a check that fails unless it is renewed, and is forgotten in the end', async () => {
  const { http } = await followed();
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
