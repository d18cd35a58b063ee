import { afterEach, expect, test } from '@jest/globals';
import type { AppVersion } from '../../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import type { Endpoint, EndpointListener } from '../../../../services/kit/discovery/discovery.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

const CANARY = { name: 'x-canary', value: '1' };
const BACK_OFF = { base: '1ms', max: '1ms' } as const;
const NONE_HEALTHY = { code: 'unavailable', metadata: { details: 'no healthy upstream' } };

/** Starts a callee of one version, which only discovery knows. */
async function callee(version?: string) {
  const state = { requestCount: 0, failing: false };
  const { address } = await world.serve({
    getProduct: async () => {
      state.requestCount++;
      if (state.failing) throw serviceError('unavailable');
      return { product: PRODUCT };
    },
  });
  const endpoint: Endpoint = { ...parseAddress(address), ...(version !== undefined && { version }) };
  return { address, endpoint, state };
}

async function open(
  of: readonly (string | undefined)[],
  versions: readonly AppVersion[] | undefined,
  policy: Partial<CallPolicy> = {},
) {
  const callees = await Promise.all(of.map(callee));
  const live = new LivePolicy({ timeout: '20s', ...policy }, versions);
  let listener: EndpointListener | undefined;
  const change = (endpoints: readonly Endpoint[]) => listener?.onEndpoints(endpoints);
  const decisions: PolicyDecision[] = [];
  const client = world.client([], {
    live,
    observe: (decision) => decisions.push(decision),
    discovery: {
      watch: (_, newListener) => {
        listener = newListener;
        setImmediate(() => change(callees.map(({ endpoint }) => endpoint)));
        return { refresh: () => {}, stop: () => {} };
      },
      close: () => {},
    },
  });
  const call = (canary = '', requestId = 'x') => {
    const signal = new AbortController().signal;
    const context = { signal, deadline: Number.POSITIVE_INFINITY, requestId, canary };
    return client.getProduct({ id: 'a' }, { context });
  };
  const countRequests = () => callees.map(({ state }) => state.requestCount);
  /** Calls until each of `targets` got a call and so is connected, then resets the counts. */
  const connected = async (targets = callees) => {
    await eventually(async () => {
      await Promise.all(
        Array.from({ length: 32 }, (_, turn) => call(String(turn % 2), `${turn}`).catch(() => {})),
      );
      return targets.every(({ state }) => state.requestCount > 0);
    });
    for (const { state } of callees) state.requestCount = 0;
  };
  return { callees, live, call, countRequests, change, connected, decisions };
}

test('calls are distributed by weight, and within a version by the policy', async () => {
  const versions = [
    { name: 'v1', weight: 75 },
    { name: 'v2', weight: 25 },
  ];
  const { call, countRequests, connected } = await open(['v1', 'v1', 'v2'], versions);
  await connected();
  for (let turn = 0; turn < 400; turn++) await call();
  const [one = 0, other = 0, canary = 0] = countRequests();
  expect(Math.abs(one - other)).toBeLessThanOrEqual(1);
  // Six standard deviations of a binomial distribution.
  expect(Math.abs(canary - 100)).toBeLessThan(6 * Math.sqrt(400 * 0.25 * 0.75));
});

test('a header selects a version, whatever its weight', async () => {
  const versions = [
    { name: 'v1', weight: 100 },
    { name: 'v2', weight: 0, header: CANARY },
  ];
  const { call, countRequests, connected } = await open(['v1', 'v2'], versions);
  await connected();
  for (let turn = 0; turn < 10; turn++) await call('1');
  for (let turn = 0; turn < 20; turn++) await call('2');
  expect(countRequests()).toEqual([20, 10]);
});

test('a retry stays with the version of its call', async () => {
  const versions = [
    { name: 'v1', weight: 50 },
    { name: 'v2', weight: 50 },
  ];
  const retries = { max: 3, on: ['unavailable'], backOff: BACK_OFF } as const;
  const { callees, call, countRequests, connected } = await open(['v1', 'v1', 'v2', 'v2'], versions, {
    retries,
  });
  await connected();
  for (const { state } of callees) state.failing = true;
  const tries = new Set<string>();
  for (let turn = 0; turn < 20; turn++) {
    for (const { state } of callees) state.requestCount = 0;
    await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
    tries.add(countRequests().join());
  }
  expect([...tries].toSorted()).toEqual(['0,0,2,2', '2,2,0,0']);
});

test('a version without endpoints fails only its own calls, at once', async () => {
  const versions = [
    { name: 'v1', weight: 100 },
    { name: 'v2', weight: 0, header: CANARY },
  ];
  const { callees, call, countRequests, change, connected } = await open(['v1', 'v2'], versions);
  await connected();
  change(callees.slice(0, 1).map(({ endpoint }) => endpoint));
  await eventually(async () => (await call('1').catch((error: unknown) => error)) instanceof Error);
  await expect(call('1')).rejects.toMatchObject(NONE_HEALTHY);
  const [before = 0] = countRequests();
  await call();
  expect(countRequests()[0]).toBe(before + 1);
});

test('an endpoint of unknown version gets no calls if there are several versions', async () => {
  const versions = [
    { name: 'v1', weight: 50 },
    { name: 'v2', weight: 50 },
  ];
  const { callees, call, countRequests, connected } = await open(['v1', 'v2', undefined], versions);
  await connected(callees.slice(0, 2));
  for (let turn = 0; turn < 30; turn++) await call();
  expect(countRequests()[2]).toBe(0);
});

test('with one version, an endpoint of unknown version gets calls too', async () => {
  for (const versions of [undefined, [{ name: 'v1', weight: 100 }]]) {
    const { call, countRequests, connected } = await open([undefined, 'v1'], versions);
    await connected();
    for (let turn = 0; turn < 10; turn++) await call();
    expect(countRequests()).toEqual([5, 5]);
  }
});

test('maxEjectionPercent applies to each version separately', async () => {
  const versions = [
    { name: 'v1', weight: 50 },
    { name: 'v2', weight: 50, header: CANARY },
  ];
  const outlierDetection = { consecutiveErrors: 1, maxEjectionPercent: 50 };
  const world = await open(['v1', 'v1', 'v1', 'v1', 'v2', 'v2'], versions, { outlierDetection });
  const { callees, call, connected, decisions } = world;
  await connected();
  for (const { state } of callees) state.failing = true;
  for (let turn = 0; turn < 40; turn++) await call(String(turn % 2)).catch(() => {});
  const out = decisions.flatMap((decision) => (decision.kind === 'ejected' ? [decision.endpoint] : []));
  const versionOf = (host: string) => callees.find(({ address }) => address === host)?.endpoint.version;
  expect(out.map(versionOf).toSorted()).toEqual(['v1', 'v1', 'v2']);
});

test('weighted round robin picks each endpoint as often as the weight of its version', async () => {
  const versions = [
    { name: 'v1', weight: 10 },
    { name: 'v2', weight: 90, header: CANARY },
  ];
  const balance = { kind: 'weighted-round-robin', weights: { v1: 3, v2: 1 } } as const;
  const { call, countRequests, connected } = await open(['v1', 'v1', 'v2'], versions, { balance });
  await connected();
  for (let turn = 0; turn < 70; turn++) await call();
  expect(countRequests()).toEqual([30, 30, 10]);
  for (let turn = 0; turn < 5; turn++) await call('1');
  expect(countRequests()).toEqual([30, 30, 15]);
});

test('a key stays with one endpoint of one version, and returns to it with the weights', async () => {
  const shares = (canary: number) => [
    { name: 'v1', weight: 100 - canary },
    { name: 'v2', weight: canary },
  ];
  const balance = { kind: 'consistent-hash', by: { header: 'x-request-id' } } as const;
  const { live, call, countRequests, connected } = await open(['v1', 'v1', 'v2', 'v2'], shares(50), {
    balance,
  });
  await connected();
  const home = async () => {
    const before = countRequests();
    for (let turn = 0; turn < 5; turn++) await call('', 'key');
    return countRequests().map((count, index) => count - (before[index] ?? 0));
  };
  const first = await home();
  expect(first.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 5]);
  live.change(live.current, shares(first.indexOf(5) < 2 ? 100 : 0));
  expect((await home()).indexOf(5) < 2).toBe(first.indexOf(5) >= 2);
  live.change(live.current, shares(50));
  expect(await home()).toEqual(first);
});

test('changes of weights, versions and policy fail no call in flight', async () => {
  const shares = (canary: number) => [
    { name: 'v1', weight: 100 - canary },
    { name: 'v2', weight: canary },
  ];
  const { live, call, countRequests, connected } = await open(['v1', 'v2'], shares(50));
  await connected();
  const changes = [
    () => live.change({ timeout: '20s' }, shares(0)),
    () => live.change({ timeout: '20s' }),
    () => live.change({ timeout: '20s', balance: { kind: 'random' } }, shares(100)),
    () =>
      live.change(
        { timeout: '20s', balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 2 } } },
        shares(50),
      ),
    () => live.change({ timeout: '20s' }, shares(100)),
  ];
  for (const change of changes) {
    const running = Array.from({ length: 40 }, () => call());
    change();
    await Promise.all([...running, ...Array.from({ length: 20 }, () => call())]);
  }
  const [before = 0, canary = 0] = countRequests();
  for (let turn = 0; turn < 10; turn++) await call();
  expect(countRequests()).toEqual([before, canary + 10]);
});
