import { afterEach, expect, test } from '@jest/globals';
import { etcdMembership } from '../../../../services/kit/discovery/etcd/etcd-membership.ts';
import { etcdRegistry } from '../../../../services/kit/discovery/etcd/etcd-registry.ts';
import type { Registry } from '../../../../services/kit/discovery/registry.ts';
import { eventually } from '../eventually.ts';
import { fakeEtcd } from './fake-etcd.ts';
import { pod, TIMEOUT_MS } from './fake-registry.ts';
import { followingOf } from './watch-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function started() {
  const fake = await fakeEtcd();
  closers.push(fake.http.close);
  fake.set([pod(1)]);
  return fake;
}

async function followed(registry: Registry) {
  const following = followingOf(registry);
  closers.push(() => following.discovery.close());
  await eventually(() => following.told.length > 0);
  return following;
}

test('watches from the revision behind the one that it has read', async () => {
  const fake = await started();
  await followed(fake.registry);
  const watch = await eventually(() => fake.http.sent.find(({ line }) => line === 'POST /v3/watch'));
  // The key of pod(1) made revision 11 of what began at 10.
  expect(JSON.parse(watch.body).create_request).toMatchObject({ start_revision: '12' });
});

test('a history that is compacted away is read anew, and is no failure', async () => {
  const { registry, http, compact, set } = await started();
  const { told, lines } = await followed(registry);
  await eventually(() => http.requests.includes('POST /v3/watch'));
  compact();
  await eventually(() => http.requests.filter((line) => line === 'POST /v3/kv/range').length > 1);
  set([pod(2)]);
  await eventually(() => told.length > 1);
  expect(told.at(-1)).toEqual([pod(2)]);
  expect(lines.filter(({ message }) => message.startsWith('registry does not respond'))).toEqual([]);
});

test('a value that is none is left out with its key', async () => {
  const { registry, put } = await started();
  put('/weft/endpoints/product/x', { value: 'none of your concern' });
  put('/weft/endpoints/product-archive/10.0.0.9:50051', { value: JSON.stringify(pod(9)) });
  const { told, said } = await followed(registry);
  expect(told).toEqual([[pod(1)]]);
  expect(said('ignoring invalid entries of the registry')).toMatchObject([
    {
      invalidEntries: ['/weft/endpoints/product/x is \'none of your concern\', not {"host","port"} as JSON'],
    },
  ]);
});

test('when a member is dead the next is asked', async () => {
  const [dead, alive] = [await started(), await started()];
  dead.http.become('dead');
  const { told } = await followed(etcdRegistry([dead.http.url, alive.http.url], { timeoutMs: TIMEOUT_MS }));
  await eventually(() => Array.isArray(told.at(-1)));
  expect(told.at(-1)).toEqual([pod(1)]);
});

test('a lease that is lost is granted again, and the last is revoked', async () => {
  const { http, members, forget, set } = await started();
  set([]);
  const membership = etcdMembership([http.url], { service: 'product', ttlMs: 9_500, ...pod(7, 'v2') });
  const { signal } = new AbortController();
  await membership.join(signal);
  expect(await membership.renew(signal)).toBe(true);
  forget();
  expect(members()).toEqual([]);
  expect(await membership.renew(signal)).toBe(false);
  await membership.join(signal);
  expect(members()).toEqual([pod(7, 'v2')]);
  await membership.leave(signal);
  await membership.leave(signal);
  expect(members()).toEqual([]);
  const grants = http.sent.filter(({ line }) => line === 'POST /v3/lease/grant');
  expect(grants.map(({ body }) => JSON.parse(body))).toEqual([{ TTL: '10' }, { TTL: '10' }]);
});
