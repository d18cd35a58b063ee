import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { type Callee, CalleeProcesses } from './callee-processes.ts';
import { registryCaller } from './registry-caller.ts';
import { CONSUL, ETCD, RegistryContainer } from './registry-container.ts';

const SILENT = 'registry does not respond; keeping the last endpoints';

describe.each([
  ['consul', CONSUL],
  ['etcd', ETCD],
])('%s', (kind, image) => {
  let registry: RegistryContainer;
  let callees: CalleeProcesses;
  let caller: ReturnType<typeof registryCaller>;
  beforeEach(async () => {
    registry = await RegistryContainer.start(image);
    const setting = `${kind}+http://${registry.address}`;
    callees = new CalleeProcesses(setting);
    caller = registryCaller(setting);
  });
  afterEach(async () => {
    caller.close();
    await callees.close();
    await registry.kill();
  });

  async function knows(some: readonly Callee[]): Promise<void> {
    const wanted = some.map(({ address, version }) => `${address} ${version}`).toSorted();
    const look = async () => JSON.stringify(caller.known()) === JSON.stringify(wanted);
    await until(`the caller knows ${wanted.join(', ') || 'nobody'}`, look, { seen: caller.known });
  }

  /** Calls while `trouble` lasts. */
  async function under(trouble: () => Promise<void>) {
    const stop = new AbortController();
    const loaded = caller.load(stop.signal);
    try {
      await trouble();
    } finally {
      stop.abort();
    }
    return await loaded;
  }
  /** Each try waits for a third of the time to live. */
  async function outlived(callee: Callee): Promise<void> {
    for (let tries = 0; tries < 4; tries++) await callee.said('registration failed; retrying');
  }
  const errors = () =>
    caller.told.slice(caller.told.findIndex(Array.isArray)).filter((one) => one instanceof Error);

  test('who registers is found with its version; who is killed goes by itself, who stops at once', async () => {
    const [one, two] = [await callees.start('v1'), await callees.start('v2')];
    await knows([one, two]);
    await one.kill();
    await knows([two]);
    const three = await callees.start('v3');
    await knows([two, three]);
    const { failures } = await under(async () => {
      await two.stop();
      await knows([three]);
    });
    expect(failures).toEqual([]);
  });

  test('is killed, and starts again without memory: no call fails, and all register anew', async () => {
    const [one, two] = [await callees.start('v1'), await callees.start('v2')];
    await knows([one, two]);
    const { answers, failures } = await under(async () => {
      await registry.kill();
      await until('the caller says that the registry is silent', async () => caller.said(SILENT).length > 0);
      await one.said('registration failed; retrying');
      await registry.startAnew();
      await one.said('registered again; the registry had lost the entry');
      await two.said('registered again; the registry had lost the entry');
      const three = await callees.start('v3');
      await knows([one, two, three]);
    });
    expect(failures).toEqual([]);
    expect([...answers.keys()]).toEqual(expect.arrayContaining([one.pid, two.pid]));
    expect(errors()).toEqual([]);
    expect(caller.said('registry responds again')).toHaveLength(caller.said(SILENT).length);
  });

  test('is cut off for longer than registrations live, and heals: no call fails', async () => {
    const [one, two] = [await callees.start('v1'), await callees.start('v2')];
    await knows([one, two]);
    const { failures } = await under(async () => {
      await registry.pause();
      await Promise.all([one, two].map(outlived));
      await registry.unpause();
      const three = await callees.start('v3');
      await knows([one, two, three]);
    });
    expect(failures).toEqual([]);
    expect(errors()).toEqual([]);
  });
});
