import { afterEach, describe, expect, test } from '@jest/globals';
import { Link } from '../../../../scripts/lab/chaos/local/link.ts';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import type { RegistryRetrySettings } from '../../../../services/kit/discovery/registry-retry.ts';
import { eventually } from '../eventually.ts';
import { fakeConsul } from './fake-consul.ts';
import { fakeEtcd } from './fake-etcd.ts';
import { BAD_MODES } from './fake-http.ts';
import { fakeKubernetes } from './fake-kubernetes.ts';
import { ADDRESS, pod } from './fake-registry.ts';
import { followingOf } from './watch-registry.ts';

const DOES_NOT_ANSWER = 'registry does not respond; keeping the last endpoints';
const ANSWERS_AGAIN = 'registry responds again';
/** For a process to be usable after its peers vanished silently, in milliseconds. */
const USABLE_AGAIN_MS = 15_000;
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.each([
  ['consul', fakeConsul],
  ['etcd', fakeEtcd],
  ['kubernetes', fakeKubernetes],
] as const)('%s', (_name, start) => {
  async function followed(at: readonly Endpoint[], patience?: RegistryRetrySettings) {
    const fake = await start();
    closers.push(fake.http.close);
    fake.set(at);
    const following = followingOf(fake.registry, patience);
    closers.push(() => following.discovery.close());
    const { told } = following;
    const next = async (count: number) => (await eventually(() => told.length >= count)) && told[count - 1];
    return { ...fake, ...following, next };
  }

  test('tells who is there, of which version, and every change', async () => {
    const { set, next, discovery } = await followed([pod(2, 'v2'), pod(1, 'v1')]);
    expect(await next(1)).toEqual([pod(1, 'v1'), pod(2, 'v2')]);
    set([pod(1, 'v1'), pod(2, 'v2'), pod(3)]);
    expect((await next(2)) || (await next(3))).toContainEqual(pod(1, 'v1'));
    const late = Promise.withResolvers<readonly Endpoint[]>();
    discovery.watch(ADDRESS, { onEndpoints: late.resolve, onError: late.reject });
    expect(await late.promise).toContainEqual(pod(1, 'v1'));
  });

  test.each(BAD_MODES)(
    '%s: the last known hold, which is said once, and so is that it is back',
    async (mode) => {
      const { set, http, next, told, said } = await followed([pod(1)]);
      await next(1);
      http.become(mode);
      const [warning] = await eventually(() => said(DOES_NOT_ANSWER).length > 0 && said(DOES_NOT_ANSWER));
      expect(warning).toMatchObject({ level: 'warn', address: ADDRESS, known: 1 });
      await eventually(() => said('registry still does not respond').length >= 2);
      expect(told).toEqual([[pod(1)]]);

      set([pod(1), pod(2)]);
      http.become('well');
      await eventually(() => told.length > 1);
      expect(told.at(-1)).toEqual([pod(1), pod(2)]);
      expect([said(DOES_NOT_ANSWER).length, said(ANSWERS_AGAIN).length]).toEqual([1, 1]);
    },
  );

  test.each(BAD_MODES)('%s from the start is an error that names it, until it is well', async (mode) => {
    const fake = await start();
    closers.push(fake.http.close);
    fake.set([pod(1)]);
    fake.http.become(mode);
    const { told, discovery } = followingOf(fake.registry);
    closers.push(() => discovery.close());
    await eventually(() => told.length > 0);
    expect(told[0]).toBeInstanceOf(Error);
    expect(String(told[0])).toMatch(/127\.0\.0\.1|etcd at|X-Consul-Index|characters/);
    fake.http.become('well');
    await eventually(() => Array.isArray(told.at(-1)));
    expect(told.at(-1)).toEqual([pod(1)]);
  });

  test('an empty answer is not taken while some are known', async () => {
    const { set, told, next, said } = await followed([pod(1)], { emptyGraceMs: 600_000 });
    await next(1);
    set([]);
    await eventually(() => said('registry lists no endpoints; keeping the last ones').length > 0);
    set([pod(1), pod(2)]);
    expect(await next(2)).toContainEqual(pod(1));
    expect(told.every((one) => Array.isArray(one) && one.length > 0)).toBe(true);
  });

  test('one that is dead, then back and empty, and so on, changes nothing', async () => {
    const { set, http, told, next, said } = await followed([pod(1)], { emptyGraceMs: 600_000 });
    await next(1);
    for (const [round, mode] of (['dead', 'refuse', 'garbage'] as const).entries()) {
      http.become(mode);
      await eventually(() => said(DOES_NOT_ANSWER).length > round);
      set([]);
      http.become('well');
      await eventually(() => said('registry lists no endpoints; keeping the last ones').length > round);
    }
    set([pod(1), pod(2)]);
    await next(2);
    expect(told).toEqual([[pod(1)], [pod(1), pod(2)]]);
  });

  test('once it has been empty for the grace time it is an error, and never an empty list', async () => {
    const { set, told, next } = await followed([pod(1)], { emptyGraceMs: 1 });
    await next(1);
    set([]);
    expect(String(await next(2))).toMatch(/has no endpoints of product\.shop\S+; start one, or wait$/);
    set([pod(2)]);
    expect(await next(3)).toEqual([pod(2)]);
    expect(told).toHaveLength(3);
  });

  test('nobody there at first is an error', async () => {
    const { next } = await followed([]);
    expect(String(await next(1))).toContain('has no endpoints of product.shop');
  });

  test('an entry without a host is left out, and said once', async () => {
    const { next, said } = await followed([{ host: '', port: 50_051 }, pod(1)]);
    expect(await next(1)).toEqual([pod(1)]);
    const [line] = said('ignoring invalid entries of the registry');
    expect(line).toMatchObject({ level: 'warn', invalidEntries: [expect.stringContaining('has no host')] });
  });

  test('pauses grow with each failure, and start anew after it was well', async () => {
    const asked: number[] = [];
    const pauseMs = (failures: number) => {
      asked.push(failures);
      return 1;
    };
    const { http, next } = await followed([pod(1)], { delayMs: pauseMs, resetAfterMs: 0 });
    await next(1);
    http.become('dead');
    await eventually(() => asked.length > 3);
    expect(asked.slice(0, 2)).toEqual([0, 0]);

    const long = await followed([pod(1)], { delayMs: pauseMs, resetAfterMs: 600_000 });
    await long.next(1);
    asked.length = 0;
    long.http.become('dead');
    await eventually(() => asked.includes(3));
    expect(asked.filter((failures) => failures < 4)).toEqual(expect.arrayContaining([0, 1, 2, 3]));
  });

  test('changes are seen again within 15 s after its open connections fell silent', async () => {
    const fake = await start();
    closers.push(fake.http.close);
    fake.set([pod(1)]);
    const link = await Link.open(new URL(fake.http.url).host);
    closers.push(() => link.close());
    const { told, discovery } = followingOf(fake.registryAt(`http://${link.address}`, 1_500));
    closers.push(() => discovery.close());
    for (const last of [2, 3]) {
      const isTold = (one: Endpoint) => JSON.stringify(told.at(-1))?.includes(one.host);
      await eventually(() => isTold(pod(1)) && fake.http.requests.length > 1);
      // A change that comes over the watch shows that it is open.
      fake.set([pod(1), pod(last + 10)]);
      await eventually(() => isTold(pod(last + 10)) && fake.watches() > 0);
      link.silence();
      fake.set([pod(1), pod(last)]);
      await eventually(() => isTold(pod(last)), USABLE_AGAIN_MS);
    }
    expect(told.filter((one) => one instanceof Error)).toEqual([]);
  });

  test('nothing is told after a stop, and nothing asked after close', async () => {
    const { set, told, next, watch, discovery, http } = await followed([pod(1)]);
    await next(1);
    watch.stop();
    set([pod(2)]);
    const late = Promise.withResolvers<readonly Endpoint[]>();
    discovery.watch(ADDRESS, {
      onEndpoints: (endpoints) => endpoints[0]?.host === '10.0.0.2' && late.resolve(endpoints),
      onError: late.reject,
    });
    await late.promise;
    expect(told).toHaveLength(1);
    discovery.close();
    // A follower that were left would ask again at once.
    http.become('refuse');
    const { requests } = http;
    const before = requests.length;
    // A connection that was kept may be closed already: that request does not come.
    await eventually(() =>
      fetch(http.url).then(
        () => true,
        () => false,
      ),
    );
    expect(requests.slice(before)).toEqual(['GET /']);
  });
});
