import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { etcdMembership } from '../../../../services/kit/discovery/etcd/etcd-membership.ts';
import { etcdRegistry } from '../../../../services/kit/discovery/etcd/etcd-registry.ts';
import type { Registry } from '../../../../services/kit/discovery/registry.ts';
import { eventually } from '../../../until.ts';
import { fakeEtcd } from './fake-etcd.ts';
import { pod, TIMEOUT_MS } from './fake-registry.ts';
import { watchRegistry } from './watch-registry.ts';

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

async function openWatch(registry: Registry) {
  const registryWatch = watchRegistry(registry);
  closers.push(() => registryWatch.discovery.close());
  await eventually(() => registryWatch.notifications.length > 0);
  return registryWatch;
}

test('watches from the revision after the one that it read', async () => {
  const fake = await started();
  await openWatch(fake.registry);
  const watch = await eventually(() => fake.http.sent.find(({ line }) => line === 'POST /v3/watch'));
  // Revisions start at 10; the key of pod(1) made it 11.
  expect(JSON.parse(watch.body).create_request).toMatchObject({ start_revision: '12' });
});

test('reads all keys again after a compaction, without logging a failure', async () => {
  const { registry, http, compact, set } = await started();
  const { notifications, lines } = await openWatch(registry);
  await eventually(() => http.requests.includes('POST /v3/watch'));
  compact();
  await eventually(() => http.requests.filter((line) => line === 'POST /v3/kv/range').length > 1);
  set([pod(2)]);
  await eventually(() => isDeepStrictEqual(notifications.at(-1), [pod(2)]));
  expect(lines.filter(({ message }) => message.startsWith('registry does not respond'))).toEqual([]);
});

test('ignores an invalid value, and logs its key', async () => {
  const { registry, put } = await started();
  put('/weft/endpoints/product/x', { value: 'none of your concern' });
  put('/weft/endpoints/product-archive/10.0.0.9:50051', { value: JSON.stringify(pod(9)) });
  const { notifications, findLines } = await openWatch(registry);
  expect(notifications).toEqual([[pod(1)]]);
  expect(findLines('ignoring invalid entries of the registry')).toMatchObject([
    {
      invalidEntries: ['/weft/endpoints/product/x is \'none of your concern\', not {"host","port"} as JSON'],
    },
  ]);
});

test('uses the next member if one is dead', async () => {
  const [dead, alive] = [await started(), await started()];
  dead.http.become('dead');
  const { notifications } = await openWatch(
    etcdRegistry([dead.http.url, alive.http.url], { timeoutMs: TIMEOUT_MS }),
  );
  await eventually(() => Array.isArray(notifications.at(-1)));
  expect(notifications.at(-1)).toEqual([pod(1)]);
});

test('replaces a lost lease, and revokes the last one', async () => {
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
