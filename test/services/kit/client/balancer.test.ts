import { afterEach, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import type { Discovery, EndpointListener } from '../../../../services/kit/discovery/discovery.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { eventually } from '../eventually.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

/** A callee that notes what it was asked, and fails while `failing`. */
async function callee() {
  const state = { asked: [] as string[], failing: false, held: undefined as Promise<void> | undefined };
  const { address, server } = await world.serve({
    getProduct: async (_, { requestId }) => {
      state.asked.push(requestId);
      await state.held;
      if (state.failing) throw serviceError('unavailable');
      return { product: PRODUCT };
    },
  });
  return { address, server, state };
}

async function callees(count: number) {
  return Promise.all(Array.from({ length: count }, callee));
}

/** A list of endpoints that the test changes. */
function changing(addresses: readonly string[]) {
  const watchers = new Set<EndpointListener>();
  let known = addresses;
  const tell = (watcher: EndpointListener) => watcher.onEndpoints(known.map(parseAddress));
  const discovery: Discovery = {
    watch: (_, watcher) => {
      watchers.add(watcher);
      setImmediate(() => tell(watcher));
      return { refresh: () => {}, stop: () => watchers.delete(watcher) };
    },
    close: () => {},
  };
  const change = (next: readonly string[]) => {
    known = next;
    for (const watcher of watchers) tell(watcher);
  };
  return { discovery, change };
}

function context(requestId: string) {
  const signal = new AbortController().signal;
  return { context: { requestId, signal, deadline: Number.POSITIVE_INFINITY, traceparent: '', canary: '' } };
}

async function open(policy: Omit<CallPolicy, 'timeout'>, count = 3) {
  const servers = await callees(count);
  const decisions: PolicyDecision[] = [];
  const { discovery, change } = changing(servers.map(({ address }) => address));
  const client = world.client([], {
    policy: { timeout: '5s', ...policy },
    discovery,
    observe: (decision) => decisions.push(decision),
  });
  const call = (id = 'x') => client.getProduct({ id: 'a' }, context(id));
  // Calls go to the endpoints that are connected: wait for all.
  await eventually(async () => {
    await Promise.all(Array.from({ length: 64 }, (_, index) => call(`warm-${index}`)));
    return servers.every(({ state }) => state.asked.length > 0);
  });
  for (const { state } of servers) state.asked.length = 0;
  return { servers, decisions, change, call };
}

const NONE_HEALTHY = { code: 'unavailable', metadata: { details: 'no healthy upstream' } };
const asked = (servers: Awaited<ReturnType<typeof callees>>) =>
  servers.map(({ state }) => state.asked.length);

test('a host that fails is ejected, gets nothing, and comes back after its time', async () => {
  const detection = {
    maxEjectionPercent: 50,
    consecutiveErrors: 3,
    interval: '20ms',
    baseEjectionTime: '100ms',
  } as const;
  const { servers, decisions, call } = await open({ outlierDetection: detection });
  const [bad, ...good] = servers;
  if (!bad) throw new Error('no server');
  bad.state.failing = true;
  const failed: unknown[] = [];
  await eventually(async () => {
    await call().catch((error: unknown) => failed.push(error));
    return decisions.length > 0;
  });
  expect(decisions).toEqual([{ kind: 'ejected', endpoint: bad.address, errors: 3 }]);
  expect(failed).toHaveLength(3);
  expect(bad.state.asked).toHaveLength(3);

  bad.state.failing = false;
  await eventually(() => decisions.length > 1);
  expect(decisions[1]).toEqual({ kind: 'returned', endpoint: bad.address });
  await eventually(async () => {
    await call();
    return bad.state.asked.length > 3;
  });
  expect(asked(good).every((count) => count > 0)).toBe(true);
});

test('when all hosts are ejected a call fails at once, and says so', async () => {
  const detection = { consecutiveErrors: 1, maxEjectionPercent: 100 };
  const { servers, decisions, call } = await open({ outlierDetection: detection });
  for (const { state } of servers) state.failing = true;
  for (let tries = 0; tries < 3; tries++) await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
  expect(decisions).toHaveLength(3);
  await expect(call()).rejects.toMatchObject(NONE_HEALTHY);
  expect(asked(servers)).toEqual([1, 1, 1]);
});

test('when too few are healthy all are used again', async () => {
  const detection = { consecutiveErrors: 1, maxEjectionPercent: 100, minHealthPercent: 50 };
  const { servers, decisions, call } = await open({ outlierDetection: detection });
  for (const { state } of servers) state.failing = true;
  for (let tries = 0; tries < 9; tries++) await expect(call()).rejects.not.toMatchObject(NONE_HEALTHY);
  expect(decisions).toHaveLength(3);
  expect(asked(servers)).not.toContain(1);
});

test('least request keeps away from a host that is busy', async () => {
  const { servers, call } = await open({ balance: { kind: 'least-request', choices: 20 } });
  const [slow, ...quick] = servers;
  if (!slow) throw new Error('no server');
  let release = () => {};
  slow.state.held = new Promise((resolve) => {
    release = resolve;
  });
  const waiting: Promise<unknown>[] = [];
  await eventually(() => {
    waiting.push(call());
    return slow.state.asked.length > 0;
  });
  await eventually(() => asked(quick).reduce((sum, one) => sum + one, 0) + 1 === waiting.length);
  const before = slow.state.asked.length;
  for (let calls = 0; calls < 30; calls++) await call();
  expect(slow.state.asked).toHaveLength(before);
  release();
  await Promise.all(waiting);
});

test.each([{ kind: 'ring' }, { kind: 'maglev', tableSize: 1_009 }] as const)(
  'a $kind sends a key to one host, and when that is ejected to another, and back',
  async (table) => {
    const { servers, decisions, call } = await open({
      balance: { kind: 'consistent-hash', by: { header: 'x-request-id' }, table },
      outlierDetection: {
        consecutiveErrors: 1,
        interval: '20ms',
        baseEjectionTime: '100ms',
        maxEjectionPercent: 50,
      },
    });
    for (let calls = 0; calls < 10; calls++) await call('key');
    const [home] = servers.filter(({ state }) => state.asked.length > 0);
    expect(asked(servers).toSorted((a, b) => a - b)).toEqual([0, 0, 10]);
    if (!home) throw new Error('no server was asked');
    home.state.failing = true;
    await expect(call('key')).rejects.toMatchObject({ code: 'unavailable' });
    await call('key');
    expect(home.state.asked).toHaveLength(11);
    home.state.failing = false;
    await eventually(() => decisions.some(({ kind }) => kind === 'returned'));
    await call('key');
    expect(home.state.asked).toHaveLength(12);
  },
);

test('a key whose host has no connection goes elsewhere', async () => {
  const { servers, call } = await open({
    balance: { kind: 'consistent-hash', by: { header: 'x-request-id' } },
  });
  await call('key');
  const [home] = servers.filter(({ state }) => state.asked.length > 0);
  await home?.server.stop(1_000);
  for (let calls = 0; calls < 10; calls++) await call('key');
  expect(home?.state.asked).toHaveLength(1);
});

test('a change of the list keeps what is known of those that stay, and loses no call', async () => {
  const { servers, decisions, change, call } = await open({
    outlierDetection: { consecutiveErrors: 1, maxEjectionPercent: 50 },
  });
  const [bad, stays, goes] = servers;
  const extra = await callee();
  if (!bad || !stays || !goes) throw new Error('no servers');
  bad.state.failing = true;
  await eventually(async () => {
    await call().catch(() => {});
    return decisions.length > 0;
  });
  const running = Array.from({ length: 20 }, () => call());
  change([bad.address, stays.address, extra.address, extra.address]);
  await Promise.all(running);
  await eventually(async () => {
    await call();
    return extra.state.asked.length > 0;
  });
  const before = goes.state.asked.length;
  for (let calls = 0; calls < 20; calls++) await call();
  expect(goes.state.asked).toHaveLength(before);
  expect(bad.state.asked).toHaveLength(1);
  expect(decisions).toHaveLength(1);
});

test('an address that does not resolve fails calls, and says so, until it does', async () => {
  const { address, state } = await callee();
  let watcher: EndpointListener | undefined;
  const discovery: Discovery = {
    watch: (_, told) => {
      watcher = told;
      setImmediate(() => told.onError(new Error('product.shop has no addresses')));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const client = world.client([], { policy: { timeout: '20s' }, discovery });
  await expect(client.getProduct({ id: 'a' })).rejects.toMatchObject({
    code: 'unavailable',
    metadata: { details: expect.stringContaining('product.shop has no addresses') as unknown },
  });
  watcher?.onEndpoints([parseAddress(address)]);
  await client.getProduct({ id: 'a' });
  // Those that are known go on.
  watcher?.onError(new Error('product.shop has no addresses'));
  await client.getProduct({ id: 'a' });
  expect(state.asked).toHaveLength(2);
});
