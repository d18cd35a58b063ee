import { afterEach, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import type { Discovery, EndpointListener } from '../../../../services/kit/discovery/discovery.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

/** Starts a callee that records its requests, and fails while `isFailing`. */
async function callee() {
  const state = {
    requests: [] as string[],
    isFailing: false,
    blocker: undefined as Promise<void> | undefined,
  };
  const { address, server } = await world.serve({
    getProduct: async (_, { requestId }) => {
      state.requests.push(requestId);
      await state.blocker;
      if (state.isFailing) throw serviceError('unavailable');
      return { product: PRODUCT };
    },
  });
  return { address, server, state };
}

async function callees(count: number) {
  return Promise.all(Array.from({ length: count }, callee));
}

/** Creates a discovery whose endpoints the test changes. */
function changing(addresses: readonly string[]) {
  const listeners = new Set<EndpointListener>();
  let current = addresses;
  const notify = (listener: EndpointListener) => listener.onEndpoints(current.map(parseAddress));
  const discovery: Discovery = {
    watch: (_, listener) => {
      listeners.add(listener);
      setImmediate(() => notify(listener));
      return { refresh: () => {}, stop: () => listeners.delete(listener) };
    },
    close: () => {},
  };
  const change = (next: readonly string[]) => {
    current = next;
    for (const listener of listeners) notify(listener);
  };
  return { discovery, change };
}

function context(requestId: string) {
  const signal = new AbortController().signal;
  return { context: { requestId, signal, deadline: Number.POSITIVE_INFINITY, canary: '' } };
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
  // Only connected endpoints get calls: wait for all of them.
  await eventually(async () => {
    await Promise.all(Array.from({ length: 64 }, (_, index) => call(`warm-${index}`)));
    return servers.every(({ state }) => state.requests.length > 0);
  });
  for (const { state } of servers) state.requests.length = 0;
  return { servers, decisions, change, call };
}

const NONE_HEALTHY = { code: 'unavailable', metadata: { details: 'no healthy upstream' } };
const countRequests = (servers: Awaited<ReturnType<typeof callees>>) =>
  servers.map(({ state }) => state.requests.length);

test('a failing endpoint is ejected, gets no calls, and returns after its ejection time', async () => {
  const detection = {
    maxEjectionPercent: 50,
    consecutiveErrors: 3,
    interval: '20ms',
    baseEjectionTime: '100ms',
  } as const;
  const { servers, decisions, call } = await open({ outlierDetection: detection });
  const [bad, ...good] = servers;
  if (!bad) throw new Error('no server');
  bad.state.isFailing = true;
  const failed: unknown[] = [];
  await eventually(async () => {
    await call().catch((error: unknown) => failed.push(error));
    return decisions.length > 0;
  });
  expect(decisions).toEqual([{ kind: 'ejected', endpoint: bad.address, errors: 3 }]);
  expect(failed).toHaveLength(3);
  expect(bad.state.requests).toHaveLength(3);

  bad.state.isFailing = false;
  await eventually(() => decisions.length > 1);
  expect(decisions[1]).toEqual({ kind: 'returned', endpoint: bad.address });
  await eventually(async () => {
    await call();
    return bad.state.requests.length > 3;
  });
  expect(countRequests(good).every((count) => count > 0)).toBe(true);
});

test('a call fails at once if all endpoints are ejected', async () => {
  const detection = { consecutiveErrors: 1, maxEjectionPercent: 100 };
  const { servers, decisions, call } = await open({ outlierDetection: detection });
  for (const { state } of servers) state.isFailing = true;
  for (let tries = 0; tries < 3; tries++) await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
  expect(decisions).toHaveLength(3);
  await expect(call()).rejects.toMatchObject(NONE_HEALTHY);
  expect(countRequests(servers)).toEqual([1, 1, 1]);
});

test('all endpoints are used again if too few are healthy', async () => {
  const detection = { consecutiveErrors: 1, maxEjectionPercent: 100, minHealthPercent: 50 };
  const { servers, decisions, call } = await open({ outlierDetection: detection });
  for (const { state } of servers) state.isFailing = true;
  for (let tries = 0; tries < 9; tries++) await expect(call()).rejects.not.toMatchObject(NONE_HEALTHY);
  expect(decisions).toHaveLength(3);
  expect(countRequests(servers)).not.toContain(1);
});

test('least request avoids a busy endpoint', async () => {
  const { servers, call } = await open({ balance: { kind: 'least-request', choices: 20 } });
  const [slow, ...quick] = servers;
  if (!slow) throw new Error('no server');
  let release = () => {};
  slow.state.blocker = new Promise((resolve) => {
    release = resolve;
  });
  const waiting: Promise<unknown>[] = [];
  await eventually(() => {
    waiting.push(call());
    return slow.state.requests.length > 0;
  });
  await eventually(() => countRequests(quick).reduce((sum, one) => sum + one, 0) + 1 === waiting.length);
  const before = slow.state.requests.length;
  for (let calls = 0; calls < 30; calls++) await call();
  expect(slow.state.requests).toHaveLength(before);
  release();
  await Promise.all(waiting);
});

test.each([{ kind: 'ring' }, { kind: 'maglev', tableSize: 1_009 }] as const)(
  '$kind: a key moves to another endpoint while its own is ejected, and back',
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
    const [home] = servers.filter(({ state }) => state.requests.length > 0);
    expect(countRequests(servers).toSorted((a, b) => a - b)).toEqual([0, 0, 10]);
    if (!home) throw new Error('no server got a call');
    home.state.isFailing = true;
    await expect(call('key')).rejects.toMatchObject({ code: 'unavailable' });
    await call('key');
    expect(home.state.requests).toHaveLength(11);
    home.state.isFailing = false;
    await eventually(() => decisions.some(({ kind }) => kind === 'returned'));
    await call('key');
    expect(home.state.requests).toHaveLength(12);
  },
);

test('a key whose endpoint has no connection goes to another', async () => {
  const { servers, call } = await open({
    balance: { kind: 'consistent-hash', by: { header: 'x-request-id' } },
  });
  await call('key');
  const [home] = servers.filter(({ state }) => state.requests.length > 0);
  await home?.server.stop(1_000);
  for (let calls = 0; calls < 10; calls++) await call('key');
  expect(home?.state.requests).toHaveLength(1);
});

test('a new list of endpoints keeps the state of those that stay, and fails no call', async () => {
  const { servers, decisions, change, call } = await open({
    outlierDetection: { consecutiveErrors: 1, maxEjectionPercent: 50 },
  });
  const [bad, stays, goes] = servers;
  const extra = await callee();
  if (!bad || !stays || !goes) throw new Error('no servers');
  bad.state.isFailing = true;
  await eventually(async () => {
    await call().catch(() => {});
    return decisions.length > 0;
  });
  const running = Array.from({ length: 20 }, () => call());
  change([bad.address, stays.address, extra.address, extra.address]);
  await Promise.all(running);
  await eventually(async () => {
    await call();
    return extra.state.requests.length > 0;
  });
  const before = goes.state.requests.length;
  for (let calls = 0; calls < 20; calls++) await call();
  expect(goes.state.requests).toHaveLength(before);
  expect(bad.state.requests).toHaveLength(1);
  expect(decisions).toHaveLength(1);
});

test('calls fail with the resolver error until the address resolves', async () => {
  const { address, state } = await callee();
  let listener: EndpointListener | undefined;
  const discovery: Discovery = {
    watch: (_, newListener) => {
      listener = newListener;
      setImmediate(() => newListener.onError(new Error('product.shop has no addresses')));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const client = world.client([], { policy: { timeout: '20s' }, discovery });
  await expect(client.getProduct({ id: 'a' })).rejects.toMatchObject({
    code: 'unavailable',
    metadata: { details: expect.stringContaining('product.shop has no addresses') as unknown },
  });
  listener?.onEndpoints([parseAddress(address)]);
  await client.getProduct({ id: 'a' });
  // The last endpoints stay in use.
  listener?.onError(new Error('product.shop has no addresses'));
  await client.getProduct({ id: 'a' });
  expect(state.requests).toHaveLength(2);
});
