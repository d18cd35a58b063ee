import { afterEach, expect, test } from '@jest/globals';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import { eventually } from '../eventually.ts';
import { type FakeEndpoint, fakeKubernetes, type Slice, slice } from './fake-kubernetes.ts';
import { pod } from './fake-registry.ts';
import { followingOf } from './watch-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function followed(slices: readonly Slice[]) {
  const fake = await fakeKubernetes();
  closers.push(fake.http.close);
  fake.setSlices(slices);
  const following = followingOf(fake.registry);
  closers.push(() => following.discovery.close());
  await eventually(() => following.told.length > 0);
  const watches = () => fake.http.requests.filter((line) => line.includes('watch=true'));
  await eventually(() => watches().length > 0);
  const lists = () => fake.http.requests.length - watches().length;
  return { ...fake, ...following, watches, lists };
}

const at = (last: number, conditions?: FakeEndpoint['conditions']): FakeEndpoint => ({
  addresses: [`10.0.0.${last}`],
  ...(conditions && { conditions }),
});
const ONE = [slice('product-a', 'product', [at(1)])];

test('only those that take new requests are endpoints', async () => {
  const { told } = await followed([
    slice('product-a', 'product', [
      at(1, { ready: true }),
      at(2, { ready: false }),
      at(3, { ready: null }),
      at(4, { ready: true, terminating: true }),
      at(5),
    ]),
  ]);
  expect(told[0]).toEqual([pod(1), pod(3), pod(5)]);
});

test('all slices of the Service count, those of others for the version alone', async () => {
  const { told } = await followed([
    slice('product-a', 'product', [at(1)]),
    slice('product-b', 'product', [at(2)]),
    slice('product-v2-a', 'product-v2', [at(2), at(9)]),
  ]);
  expect(told[0]).toEqual([pod(1), pod(2, 'v2')]);
});

test('a pod of two families is one endpoint', async () => {
  const ipv6 = { addresses: ['fd00::1'] };
  const { told } = await followed([...ONE, slice('product-6', 'product', [ipv6], { addressType: 'IPv6' })]);
  expect(told[0]).toEqual([pod(1)]);
  const only = await followed([slice('product-6', 'product', [ipv6], { addressType: 'IPv6' })]);
  expect(only.told[0]).toEqual([parseAddress('[fd00::1]:50051')]);
});

test('a Service that has not the port says so', async () => {
  const { told, said } = await followed([slice('product-a', 'product', [at(1)], { ports: [{ port: 80 }] })]);
  expect(told[0]).toBeInstanceOf(Error);
  expect(said('ignoring invalid entries of the registry')).toMatchObject([
    { invalidEntries: ['EndpointSlice product-a has no port 50051'] },
  ]);
});

test('a watch goes on from the last bookmark', async () => {
  const { bookmark, server, endWatches, watches, setSlices, told, lists } = await followed(ONE);
  bookmark();
  const { version } = server;
  endWatches();
  await eventually(() => watches().length > 1);
  expect(watches().at(-1)).toContain(`&resourceVersion=${version}`);
  setSlices([slice('product-a', 'product', [at(2)])]);
  await eventually(() => told.length > 1);
  expect([told.at(-1), lists()]).toEqual([[pod(2)], 1]);
});

test('410 Gone makes it list again, and is no failure', async () => {
  const { server, endWatches, lists, setSlices, told, lines } = await followed(ONE);
  server.version += 1_000;
  server.oldest = server.version;
  endWatches();
  await eventually(() => lists() > 1);
  setSlices([slice('product-a', 'product', [at(2)])]);
  await eventually(() => told.length > 1);
  expect(told.at(-1)).toEqual([pod(2)]);
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
});

test('a slice that goes takes its endpoints with it', async () => {
  const both = [...ONE, slice('product-b', 'product', [at(2)])];
  const { setSlices, told } = await followed(both);
  setSlices(ONE);
  await eventually(() => told.length > 1);
  expect(told.at(-1)).toEqual([pod(1)]);
});

test('a token that is replaced is used from the next request on', async () => {
  const { server, tokens, endWatches, watches } = await followed(ONE);
  server.token = 'second';
  endWatches();
  await eventually(() => watches().length > 1);
  expect([tokens[0], tokens.at(-1)]).toEqual(['Bearer first', 'Bearer second']);
});

test('an address that is no Service says what one looks like', async () => {
  const { discovery } = await followed(ONE);
  const told = Promise.withResolvers<Error>();
  discovery.watch('product:50051', { onEndpoints: () => {}, onError: told.resolve });
  expect(String(await told.promise)).toContain(
    "'product' is no name of a Service; give <name>.<namespace>.svc",
  );
});
