import { afterEach, expect, test } from '@jest/globals';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import { eventually } from '../../../until.ts';
import { type FakeEndpoint, fakeKubernetes, type Slice, slice } from './fake-kubernetes.ts';
import { pod } from './fake-registry.ts';
import { watchRegistry } from './watch-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openWatch(slices: readonly Slice[]) {
  const fake = await fakeKubernetes();
  closers.push(fake.http.close);
  fake.setSlices(slices);
  const registryWatch = watchRegistry(fake.registry);
  closers.push(() => registryWatch.discovery.close());
  await eventually(() => registryWatch.notifications.length > 0);
  const watches = () => fake.http.requests.filter((line) => line.includes('watch=true'));
  await eventually(() => watches().length > 0);
  const lists = () => fake.http.requests.length - watches().length;
  return { ...fake, ...registryWatch, watches, lists };
}

const at = (lastRequest: number, conditions?: FakeEndpoint['conditions']): FakeEndpoint => ({
  addresses: [`10.0.0.${lastRequest}`],
  ...(conditions && { conditions }),
});
const ONE = [slice('product-a', 'product', [at(1)])];

test('reports only endpoints that accept new requests', async () => {
  const { notifications } = await openWatch([
    slice('product-a', 'product', [
      at(1, { ready: true }),
      at(2, { ready: false }),
      at(3, { ready: null }),
      at(4, { ready: true, terminating: true }),
      at(5),
    ]),
  ]);
  expect(notifications[0]).toEqual([pod(1), pod(3), pod(5)]);
});

test('combines all slices of the Service; slices of other Services only provide versions', async () => {
  const { notifications } = await openWatch([
    slice('product-a', 'product', [at(1)]),
    slice('product-b', 'product', [at(2)]),
    slice('product-v2-a', 'product-v2', [at(2), at(9)]),
  ]);
  expect(notifications[0]).toEqual([pod(1), pod(2, 'v2')]);
});

test('reports a dual-stack pod as one endpoint', async () => {
  const ipv6 = { addresses: ['fd00::1'] };
  const { notifications } = await openWatch([
    ...ONE,
    slice('product-6', 'product', [ipv6], { addressType: 'IPv6' }),
  ]);
  expect(notifications[0]).toEqual([pod(1)]);
  const only = await openWatch([slice('product-6', 'product', [ipv6], { addressType: 'IPv6' })]);
  expect(only.notifications[0]).toEqual([parseAddress('[fd00::1]:50051')]);
});

test('logs a Service without the port', async () => {
  const { notifications, findLines } = await openWatch([
    slice('product-a', 'product', [at(1)], { ports: [{ port: 80 }] }),
  ]);
  expect(notifications[0]).toBeInstanceOf(Error);
  expect(findLines('ignoring invalid entries of the registry')).toMatchObject([
    { invalidEntries: ['EndpointSlice product-a has no port 50051'] },
  ]);
});

test('a new watch continues from the last bookmark', async () => {
  const { bookmark, server, endWatches, watches, setSlices, notifications, lists } = await openWatch(ONE);
  bookmark();
  const { version } = server;
  endWatches();
  await eventually(() => watches().length > 1);
  expect(watches().at(-1)).toContain(`&resourceVersion=${version}`);
  setSlices([slice('product-a', 'product', [at(2)])]);
  await eventually(() => notifications.length > 1);
  expect([notifications.at(-1), lists()]).toEqual([[pod(2)], 1]);
});

test('lists again after 410 Gone, without logging a failure', async () => {
  const { server, endWatches, lists, setSlices, notifications, lines } = await openWatch(ONE);
  server.version += 1_000;
  server.oldest = server.version;
  endWatches();
  await eventually(() => lists() > 1);
  setSlices([slice('product-a', 'product', [at(2)])]);
  await eventually(() => notifications.length > 1);
  expect(notifications.at(-1)).toEqual([pod(2)]);
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
});

test('a deleted slice removes its endpoints', async () => {
  const both = [...ONE, slice('product-b', 'product', [at(2)])];
  const { setSlices, notifications } = await openWatch(both);
  setSlices(ONE);
  await eventually(() => notifications.length > 1);
  expect(notifications.at(-1)).toEqual([pod(1)]);
});

test('uses a replaced token from the next request on', async () => {
  const { server, tokens, endWatches, watches } = await openWatch(ONE);
  server.token = 'second';
  endWatches();
  await eventually(() => watches().length > 1);
  expect([tokens[0], tokens.at(-1)]).toEqual(['Bearer first', 'Bearer second']);
});

test('an address that is not a Service is reported with the expected format', async () => {
  const { discovery } = await openWatch(ONE);
  const notifications = Promise.withResolvers<Error>();
  discovery.watch('product:50051', { onEndpoints: () => {}, onError: notifications.resolve });
  expect(String(await notifications.promise)).toContain(
    "'product' is not the name of a Service; use <name>.<namespace>.svc",
  );
});
