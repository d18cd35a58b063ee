import { afterEach, describe, expect, test } from '@jest/globals';
import { consulMembership } from '../../../../services/kit/discovery/consul/consul-membership.ts';
import { etcdMembership } from '../../../../services/kit/discovery/etcd/etcd-membership.ts';
import type { ServiceInstance } from '../../../../services/kit/discovery/registration.ts';
import { Registration } from '../../../../services/kit/discovery/registration.ts';
import { eventually } from '../eventually.ts';
import { recordedLog } from '../recorded-log.ts';
import { fakeConsul } from './fake-consul.ts';
import { fakeEtcd } from './fake-etcd.ts';
import { pod } from './fake-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A third of it lies between two renewals, and is the time for an answer. */
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
    const said = (message: string) => lines.filter((line) => line.message === message);
    return { ...fake, registration, said };
  }
  const isThere = (members: readonly unknown[]) => members.length === 1;

  test('is listed with its version until it stops', async () => {
    const { members, registration, said } = await registered();
    await eventually(() => isThere(members()));
    expect(members()).toEqual([pod(1, 'v2')]);
    await registration.stop();
    expect(members()).toEqual([]);
    expect(said('deregistered')).toHaveLength(1);
  });

  test('that the registry has forgotten registers anew', async () => {
    const { members, forget, said } = await registered();
    await eventually(() => isThere(members()));
    forget();
    await eventually(() => said('registered again; the registry had lost the entry').length === 1);
    expect(members()).toEqual([pod(1, 'v2')]);
  });

  test.each(['dead', 'garbage', 'refuse'] as const)(
    'keeps trying while the registry is ill (%s), and says so once',
    async (mode) => {
      const { members, http, said } = await registered();
      await eventually(() => isThere(members()));
      http.become(mode);
      const before = http.requests.length;
      await eventually(
        () => said('registration failed; retrying').length > 1 && http.requests.length > before,
      );
      http.become('well');
      await eventually(() => said('registration renewed again').length > 0);
      const warnings = said('registration failed; retrying').filter(({ level }) => level === 'warn');
      expect(warnings).toHaveLength(1);
      expect(members()).toEqual([pod(1, 'v2')]);
    },
  );

  test('stops also when the registry does not respond any more', async () => {
    const { members, http, registration, said } = await registered();
    await eventually(() => isThere(members()));
    http.become('refuse');
    await registration.stop();
    const [line] = said('deregistration failed; the registry keeps the entry until its time to live ends');
    expect(line).toMatchObject({ level: 'warn' });
  });
});
