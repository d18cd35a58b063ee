import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createClient } from '../../../../services/kit/client/create-client.ts';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import { staticFileDiscovery } from '../../../../services/kit/discovery/static-file.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';
import { recordedLog } from '../recorded-log.ts';

const ADDRESS = 'product.shop.svc.cluster.local:50051';
const world = productWorld();
let folder: string;
let path: string;
let close: () => void = () => {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-discovery-'));
  path = join(folder, 'endpoints.json');
});
afterEach(async () => {
  close();
  await world.close();
  rmSync(folder, { recursive: true });
});

/** Replaces the file atomically by a rename, as the local run does. */
function write(content: string): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

function openDiscovery() {
  const { log, lines } = recordedLog();
  const discovery = staticFileDiscovery(path, log, 10);
  const call = {
    callee: 'product',
    address: ADDRESS,
    service: ProductServiceDefinition.fullName,
    methods: ['/weft.product.v1.ProductService/GetProduct'],
  };
  const { client, close: closeClient } = createClient(ProductServiceDefinition, call, {
    caller: 'order',
    discovery,
  });
  close = () => {
    closeClient();
    discovery.close();
  };
  return { client, lines, discovery };
}

test('calls follow the file when it changes; an invalid file changes nothing and is logged', async () => {
  const named = (name: string) =>
    world.serve({ getProduct: async () => ({ product: { ...PRODUCT, name } }) });
  const [first, second] = await Promise.all([named('first'), named('second')]);
  write(JSON.stringify({ [ADDRESS]: [first.address] }));
  const { client, lines } = openDiscovery();
  const ask = async () => (await client.getProduct({ id: 'x' })).product?.name;
  expect(await ask()).toBe('first');

  write('{"product');
  await eventually(() =>
    lines.some(({ message }) => message === 'endpoints file is invalid; keeping the last known endpoints'),
  );
  expect(await ask()).toBe('first');

  write(JSON.stringify({ [ADDRESS]: [second.address] }));
  await eventually(async () => (await ask()) === 'second');
});

test('an address is unavailable until the file has it', async () => {
  const { address } = await world.serve({ getProduct: async () => ({ product: PRODUCT }) });
  write('{}');
  const { client } = openDiscovery();
  const call = client.getProduct({ id: 'x' });
  await expect(call).rejects.toMatchObject({
    code: 'unavailable',
    metadata: { details: expect.stringContaining('has no endpoints for product.shop') },
  });
  write(JSON.stringify({ [ADDRESS]: [address] }));
  await eventually(() =>
    client.getProduct({ id: 'x' }).then(
      () => true,
      () => false,
    ),
  );
});

test('an endpoint that does not respond is unavailable', async () => {
  write(JSON.stringify({ [ADDRESS]: ['127.0.0.1:1'] }));
  const { client } = openDiscovery();
  await expect(client.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
});

test('an entry may have a version', async () => {
  write(JSON.stringify({ [ADDRESS]: ['127.0.0.1:1', { address: '127.0.0.1:2', version: 'v2' }] }));
  const { discovery } = openDiscovery();
  const endpointLists = Promise.withResolvers<readonly Endpoint[]>();
  discovery.watch(ADDRESS, { onEndpoints: endpointLists.resolve, onError: endpointLists.reject });
  expect(await endpointLists.promise).toEqual([
    { host: '127.0.0.1', port: 1 },
    { host: '127.0.0.1', port: 2, version: 'v2' },
  ]);
});

test.each([
  ['missing', undefined],
  ['no JSON', '{'],
  ['no endpoints', `{"${ADDRESS}": []}`],
  ['no port', `{"${ADDRESS}": ["127.0.0.1"]}`],
  ['an unknown field', `{"${ADDRESS}": [{"address": "127.0.0.1:1", "weight": 2}]}`],
])('rejects an invalid file at startup: %s', (_, content) => {
  if (content !== undefined) write(content);
  expect(() => staticFileDiscovery(path, recordedLog().log)).toThrow(`cannot read endpoints from ${path}`);
});
