import { afterEach, describe, expect, test } from '@jest/globals';
import { consulMembership } from '../../../../services/kit/discovery/consul/consul-membership.ts';
import { etcdMembership } from '../../../../services/kit/discovery/etcd/etcd-membership.ts';
import type { ServiceInstance } from '../../../../services/kit/discovery/registration.ts';
import { Registration } from '../../../../services/kit/discovery/registration.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';
import { fakeConsul } from './fake-consul.ts';
import { fakeEtcd } from './fake-etcd.ts';
import { pod } from './fake-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A third of it is the renewal interval, and the timeout of a request. */
const TTL_MS = 3_000;
const INSTANCE: ServiceInstance = { service: 'product', ttlMs: TTL_MS, ...pod(1, 'v2') };

describe.each([
  ['consul', fakeConsul, (url: string) => consulMembership(url, INSTANCE)],
  ['etcd', fakeEtcd, (url: string) => etcdMembership([url], INSTANCE)],
] as const)('a process in %s', (_name, start, membershipOf) => {
  async function registered() {
    const fake = await start();
    closers.push(fake.http.close);
    const { log, lines } = recordedLog();
    const options = { log, ttlMs: TTL_MS, delayMs: () => 5 };
    const registration = new Registration(membershipOf(fake.http.url), options);
    closers.push(() => registration.stop());
    registration.start();
    const findLines = (message: string) => lines.filter((line) => line.message === message);
    return { ...fake, registration, findLines };
  }
  const isThere = (members: readonly unknown[]) => members.length === 1;

  test('is registered with its version until it stops', async () => {
    const { members, registration, findLines } = await registered();
    await eventually(() => isThere(members()));
    expect(members()).toEqual([pod(1, 'v2')]);
    await registration.stop();
    expect(members()).toEqual([]);
    expect(findLines('deregistered')).toHaveLength(1);
  });

  test('registers again after the registry lost its entry', async () => {
    const { members, forget, findLines } = await registered();
    await eventually(() => isThere(members()));
    forget();
    await eventually(() => findLines('registered again after the registry lost the entry').length === 1);
    expect(members()).toEqual([pod(1, 'v2')]);
  });

  test.each(['dead', 'garbage', 'refuse'] as const)(
    'retries while the registry is %s, and logs one warning',
    async (mode) => {
      const { members, http, findLines } = await registered();
      await eventually(() => isThere(members()));
      http.become(mode);
      const before = http.requests.length;
      await eventually(
        () => findLines('registration failed; retrying').length > 1 && http.requests.length > before,
      );
      http.become('well');
      await eventually(() => findLines('registration renewed after failures').length > 0);
      const warnings = findLines('registration failed; retrying').filter(({ level }) => level === 'warn');
      expect(warnings).toHaveLength(1);
      expect(members()).toEqual([pod(1, 'v2')]);
    },
  );

  test('stops if the registry does not respond', async () => {
    const { members, http, registration, findLines } = await registered();
    await eventually(() => isThere(members()));
    http.become('refuse');
    await registration.stop();
    const [line] = findLines('deregistration failed; the registry keeps the entry until its TTL expires');
    expect(line).toMatchObject({ level: 'warn' });
  });
});
