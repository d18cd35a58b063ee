import { afterEach, expect, test } from '@jest/globals';
import { createClient } from '../../../../services/kit/client/create-client.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import {
  HealthDefinition,
  HealthCheckResponse_ServingStatus as Serving,
} from '../../../../services/proto/gen/grpc/health/v1/health.ts';
import { productWorld } from '../product-server.ts';

const world = productWorld();
const closers: (() => void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await world.close();
});

async function served() {
  const { address, server } = await world.serve({});
  const call = {
    callee: 'product',
    address,
    service: HealthDefinition.fullName,
    methods: ['/grpc.health.v1.Health/Check', '/grpc.health.v1.Health/Watch'],
  };
  const discovery = {
    watch: (_: string, watcher: { onEndpoints(list: ReturnType<typeof parseAddress>[]): void }) => {
      setImmediate(() => watcher.onEndpoints([parseAddress(address)]));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const { client, close } = createClient(HealthDefinition, call, { caller: 'probe', discovery });
  closers.push(close);
  return { client, server };
}

test('Check reports SERVING only while the process is ready', async () => {
  const { client, server } = await served();
  expect(await client.check({ service: '' })).toEqual({ status: Serving.NOT_SERVING });
  server.health.set(true);
  expect(await client.check({ service: '' })).toEqual({ status: Serving.SERVING });
  expect(await client.check({ service: 'weft.product.v1.ProductService' })).toEqual({
    status: Serving.SERVING,
  });
  server.health.set(false);
  expect(await client.check({ service: '' })).toEqual({ status: Serving.NOT_SERVING });
  await expect(client.check({ service: 'weft.Nothing' })).rejects.toMatchObject({ code: 'not-found' });
});

test('Watch yields the current status and each change', async () => {
  const { client, server } = await served();
  const watch = client.watch({ service: '' })[Symbol.asyncIterator]();
  expect((await watch.next()).value).toEqual({ status: Serving.NOT_SERVING });
  server.health.set(true);
  expect((await watch.next()).value).toEqual({ status: Serving.SERVING });
  await watch.return?.();
  const unknown = client.watch({ service: 'weft.Nothing' })[Symbol.asyncIterator]();
  expect((await unknown.next()).value).toEqual({ status: Serving.SERVICE_UNKNOWN });
  await unknown.return?.();
});
