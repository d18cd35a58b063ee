import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { type Callee, CalleeProcesses } from './callee-processes.ts';
import { startCaller } from './registry-caller.ts';
import { CONSUL, ETCD, RegistryContainer } from './registry-container.ts';

const NO_RESPONSE = 'registry does not respond; keeping the last known endpoints';
const REGISTERED_AGAIN = 'registered again after the registry lost the entry';
const RETRYING = 'registration failed; retrying';

describe.each([
  ['consul', CONSUL],
  ['etcd', ETCD],
])('%s', (kind, image) => {
  let registry: RegistryContainer;
  let callees: CalleeProcesses;
  let caller: ReturnType<typeof startCaller>;
  beforeEach(async () => {
    registry = await RegistryContainer.start(image);
    const setting = `${kind}+http://${registry.address}`;
    callees = new CalleeProcesses(setting);
    caller = startCaller(setting);
  });
  afterEach(async () => {
    caller.close();
    await callees.close();
    await registry.kill();
  });

  async function waitForEndpoints(expectedCallees: readonly Callee[]): Promise<void> {
    const expected = expectedCallees.map(({ address, version }) => `${address} ${version}`).toSorted();
    const matches = async () => JSON.stringify(caller.endpoints()) === JSON.stringify(expected);
    const description = `the caller has the endpoints ${expected.join(', ')}`;
    await until(description, matches, { lastState: caller.endpoints });
  }

  /** Sends calls while `action` runs. */
  async function underLoad(action: () => Promise<void>) {
    const stop = new AbortController();
    const load = caller.load(stop.signal);
    try {
      await action();
    } finally {
      stop.abort();
    }
    return await load;
  }
  /** Waits for longer than the time to live: each retry waits for a third of it. */
  async function waitForExpiry(callee: Callee): Promise<void> {
    for (let retries = 0; retries < 4; retries++) await callee.waitForLog(RETRYING);
  }
  /** Returns the errors that the watcher received after the first endpoints. */
  const errors = () =>
    caller.updates.slice(caller.updates.findIndex(Array.isArray)).filter((one) => one instanceof Error);

  test('lists callees with their version, drops a killed one after its time to live and a stopped one at once', async () => {
    const [one, two] = [await callees.start('v1'), await callees.start('v2')];
    await waitForEndpoints([one, two]);
    await one.kill();
    await waitForEndpoints([two]);
    const three = await callees.start('v3');
    await waitForEndpoints([two, three]);
    const { failures } = await underLoad(async () => {
      await two.stop();
      await waitForEndpoints([three]);
    });
    expect(failures).toEqual([]);
  });

  test('restarts without data: no call fails, and all callees register again', async () => {
    const [one, two] = [await callees.start('v1'), await callees.start('v2')];
    await waitForEndpoints([one, two]);
    const { answers, failures } = await underLoad(async () => {
      await registry.kill();
      await until(
        'the caller logs that the registry does not respond',
        async () => caller.linesWith(NO_RESPONSE).length > 0,
      );
      await one.waitForLog(RETRYING);
      await registry.startEmpty();
      await one.waitForLog(REGISTERED_AGAIN);
      await two.waitForLog(REGISTERED_AGAIN);
      const three = await callees.start('v3');
      await waitForEndpoints([one, two, three]);
    });
    expect(failures).toEqual([]);
    expect([...answers.keys()]).toEqual(expect.arrayContaining([one.pid, two.pid]));
    expect(errors()).toEqual([]);
    expect(caller.linesWith('registry responds again')).toHaveLength(caller.linesWith(NO_RESPONSE).length);
  });

  test('is unreachable for longer than the time to live, then recovers: no call fails', async () => {
    const [one, two] = [await callees.start('v1'), await callees.start('v2')];
    await waitForEndpoints([one, two]);
    const { failures } = await underLoad(async () => {
      await registry.pause();
      await Promise.all([one, two].map(waitForExpiry));
      await registry.unpause();
      const three = await callees.start('v3');
      await waitForEndpoints([one, two, three]);
    });
    expect(failures).toEqual([]);
    expect(errors()).toEqual([]);
  });
});
