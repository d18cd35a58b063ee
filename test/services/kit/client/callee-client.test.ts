import { expect, test } from '@jest/globals';
import type { AppCall } from '../../../../mesh/policy/app-config.ts';
import { calleeClient } from '../../../../services/kit/client/callee-client.ts';
import { parseAddress } from '../../../../services/kit/discovery/discovery.ts';
import { GrpcServer } from '../../../../services/kit/server/grpc-server.ts';
import type { Handlers } from '../../../../services/kit/server/handlers.ts';
import { implement } from '../../../../services/kit/server/implement.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { recordedLog } from '../recorded-log.ts';

const path = (method: string) => `/weft.product.v1.ProductService/${method}`;

test('each method goes by the policy of the call that grants it, and one that none grants is refused', async () => {
  const slow = async () => new Promise<never>((_, reject) => setTimeout(reject, 60_000).unref());
  const handlers = { getProduct: slow, createProduct: slow } as unknown as Handlers<ProductServiceDefinition>;
  const { log } = recordedLog();
  const server = new GrpcServer([implement(ProductServiceDefinition, handlers)], { log, callers: {} });
  const address = await server.listen('127.0.0.1:0');
  const call = (method: string, timeout: '20ms' | '1m'): AppCall => ({
    callee: 'product',
    address,
    service: ProductServiceDefinition.fullName,
    methods: [path(method)],
    policy: { timeout },
  });
  const { client, close } = calleeClient(
    ProductServiceDefinition,
    [call('CreateProduct', '1m'), call('GetProduct', '20ms')],
    {
      caller: 'test',
      discovery: {
        watch: (_, watcher) => {
          setImmediate(() => watcher.endpoints([parseAddress(address)]));
          return { refresh: () => {}, stop: () => {} };
        },
        close: () => {},
      },
    },
  );
  try {
    await expect(client.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    await expect(client.settle({ orderId: 'x' })).rejects.toMatchObject({ code: 'undeclared-call' });
  } finally {
    close();
    await server.stop(0);
  }
});
