import { afterEach, describe, expect, test } from '@jest/globals';
import { Link } from '../../../../scripts/lab/chaos/local/link.ts';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import type { RegistryRetrySettings } from '../../../../services/kit/discovery/registry-retry.ts';
import { eventually } from '../../../until.ts';
import { fakeConsul } from './fake-consul.ts';
import { fakeEtcd } from './fake-etcd.ts';
import { BAD_MODES } from './fake-http.ts';
import { fakeKubernetes } from './fake-kubernetes.ts';
import { ADDRESS, pod } from './fake-registry.ts';
import { watchRegistry } from './watch-registry.ts';

const OUTAGE = 'registry does not respond; keeping the last known endpoints';
const RECOVERY = 'registry responds again';
/** Time until a process works again after its peers vanished silently, in milliseconds. */
const RECOVERY_TIMEOUT_MS = 15_000;
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.each([
  ['consul', fakeConsul],
  ['etcd', fakeEtcd],
  ['kubernetes', fakeKubernetes],
] as const)('%s', (_name, start) => {
  async function openWatch(at: readonly Endpoint[], settings?: RegistryRetrySettings) {
    const fake = await start();
    closers.push(fake.http.close);
    fake.set(at);
    const registryWatch = watchRegistry(fake.registry, settings);
    closers.push(() => registryWatch.discovery.close());
    const { notifications } = registryWatch;
    const next = async (count: number) =>
      (await eventually(() => notifications.length >= count)) && notifications[count - 1];
    return { ...fake, ...registryWatch, next };
  }

  test('reports all endpoints with their versions, and every change', async () => {
    const { set, next, discovery } = await openWatch([pod(2, 'v2'), pod(1, 'v1')]);
    expect(await next(1)).toEqual([pod(1, 'v1'), pod(2, 'v2')]);
    set([pod(1, 'v1'), pod(2, 'v2'), pod(3)]);
    expect((await next(2)) || (await next(3))).toContainEqual(pod(1, 'v1'));
    const late = Promise.withResolvers<readonly Endpoint[]>();
    discovery.watch(ADDRESS, { onEndpoints: late.resolve, onError: late.reject });
    expect(await late.promise).toContainEqual(pod(1, 'v1'));
  });

  test.each(BAD_MODES)('%s: keeps the last endpoints, and logs the outage and its end once', async (mode) => {
    const { set, http, next, notifications, findLines } = await openWatch([pod(1)]);
    await next(1);
    http.become(mode);
    const [warning] = await eventually(() => findLines(OUTAGE).length > 0 && findLines(OUTAGE));
    expect(warning).toMatchObject({ level: 'warn', address: ADDRESS, endpointCount: 1 });
    await eventually(() => findLines('registry still does not respond').length >= 2);
    expect(notifications).toEqual([[pod(1)]]);

    set([pod(1), pod(2)]);
    http.become('well');
    await eventually(() => notifications.length > 1);
    expect(notifications.at(-1)).toEqual([pod(1), pod(2)]);
    expect([findLines(OUTAGE).length, findLines(RECOVERY).length]).toEqual([1, 1]);
  });

  test.each(BAD_MODES)('%s at the start: reports an error until the registry works', async (mode) => {
    const fake = await start();
    closers.push(fake.http.close);
    fake.set([pod(1)]);
    fake.http.become(mode);
    const { notifications, discovery } = watchRegistry(fake.registry);
    closers.push(() => discovery.close());
    await eventually(() => notifications.length > 0);
    expect(notifications[0]).toBeInstanceOf(Error);
    expect(String(notifications[0])).toMatch(/127\.0\.0\.1|etcd at|X-Consul-Index|characters/);
    fake.http.become('well');
    await eventually(() => Array.isArray(notifications.at(-1)));
    expect(notifications.at(-1)).toEqual([pod(1)]);
  });

  test('an empty list does not replace endpoints at once', async () => {
    const { set, notifications, next, findLines } = await openWatch([pod(1)], { emptyGraceMs: 600_000 });
    await next(1);
    set([]);
    await eventually(
      () => findLines('registry lists no endpoints; keeping the last known endpoints').length > 0,
    );
    set([pod(1), pod(2)]);
    expect(await next(2)).toContainEqual(pod(1));
    expect(notifications.every((one) => Array.isArray(one) && one.length > 0)).toBe(true);
  });

  test('a registry that alternates between dead and empty changes nothing', async () => {
    const { set, http, notifications, next, findLines } = await openWatch([pod(1)], {
      emptyGraceMs: 600_000,
    });
    await next(1);
    for (const [round, mode] of (['dead', 'refuse', 'garbage'] as const).entries()) {
      http.become(mode);
      await eventually(() => findLines(OUTAGE).length > round);
      set([]);
      http.become('well');
      await eventually(
        () => findLines('registry lists no endpoints; keeping the last known endpoints').length > round,
      );
    }
    set([pod(1), pod(2)]);
    await next(2);
    expect(notifications).toEqual([[pod(1)], [pod(1), pod(2)]]);
  });

  test('reports an error, not an empty list, after the grace time', async () => {
    const { set, notifications, next } = await openWatch([pod(1)], { emptyGraceMs: 1 });
    await next(1);
    set([]);
    expect(String(await next(2))).toMatch(/has no endpoints for product\.shop\S+; start an instance/);
    set([pod(2)]);
    expect(await next(3)).toEqual([pod(2)]);
    expect(notifications).toHaveLength(3);
  });

  test('reports an error if the first list is empty', async () => {
    const { next } = await openWatch([]);
    expect(String(await next(1))).toContain('has no endpoints for product.shop');
  });

  test('ignores an entry without a host, and logs it once', async () => {
    const { next, findLines } = await openWatch([{ host: '', port: 50_051 }, pod(1)]);
    expect(await next(1)).toEqual([pod(1)]);
    const [line] = findLines('ignoring invalid entries of the registry');
    expect(line).toMatchObject({ level: 'warn', invalidEntries: [expect.stringContaining('has no host')] });
  });

  test('delays grow with each failure, and restart after a success', async () => {
    const failureCounts: number[] = [];
    const delayMs = (failures: number) => {
      failureCounts.push(failures);
      return 1;
    };
    const { http, next } = await openWatch([pod(1)], { delayMs: delayMs, resetAfterMs: 0 });
    await next(1);
    http.become('dead');
    await eventually(() => failureCounts.length > 3);
    expect(failureCounts.slice(0, 2)).toEqual([0, 0]);

    const long = await openWatch([pod(1)], { delayMs: delayMs, resetAfterMs: 600_000 });
    await long.next(1);
    failureCounts.length = 0;
    long.http.become('dead');
    await eventually(() => failureCounts.includes(3));
    expect(failureCounts.filter((failures) => failures < 4)).toEqual(expect.arrayContaining([0, 1, 2, 3]));
  });

  test('reports changes within 15 s after open connections fell silent', async () => {
    const fake = await start();
    closers.push(fake.http.close);
    fake.set([pod(1)]);
    const link = await Link.open(new URL(fake.http.url).host);
    closers.push(() => link.close());
    const { notifications, discovery } = watchRegistry(fake.registryAt(`http://${link.address}`, 1_500));
    closers.push(() => discovery.close());
    for (const number of [2, 3]) {
      const isReported = (one: Endpoint) => JSON.stringify(notifications.at(-1))?.includes(one.host);
      await eventually(() => isReported(pod(1)) && fake.http.requests.length > 1);
      // A change reported over the watch proves that the watch is open.
      fake.set([pod(1), pod(number + 10)]);
      await eventually(() => isReported(pod(number + 10)) && fake.watches() > 0);
      link.silence();
      fake.set([pod(1), pod(number)]);
      await eventually(() => isReported(pod(number)), RECOVERY_TIMEOUT_MS);
    }
    expect(notifications.filter((one) => one instanceof Error)).toEqual([]);
  });

  test('notifies no listener after stop, and sends no request after close', async () => {
    const { set, notifications, next, watch, discovery, http } = await openWatch([pod(1)]);
    await next(1);
    watch.stop();
    set([pod(2)]);
    const late = Promise.withResolvers<readonly Endpoint[]>();
    discovery.watch(ADDRESS, {
      onEndpoints: (endpoints) => endpoints[0]?.host === '10.0.0.2' && late.resolve(endpoints),
      onError: late.reject,
    });
    await late.promise;
    expect(notifications).toHaveLength(1);
    discovery.close();
    // A leaked watcher would send a request at once.
    http.become('refuse');
    const { requests } = http;
    const before = requests.length;
    // A kept connection may be closed already, and its request is not received.
    await eventually(() =>
      fetch(http.url).then(
        () => true,
        () => false,
      ),
    );
    expect(requests.slice(before)).toEqual(['GET /']);
  });
});
