import { afterEach, expect, test } from '@jest/globals';
import type { AppCall } from '../../../../mesh/policy/app-config.ts';
import { methodPath } from '../../../../mesh/policy/grpc-service.ts';
import { createCalleeClient } from '../../../../services/kit/client/callee-client.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import type { Discovery } from '../../../../services/kit/discovery/discovery.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

/** Resolves every address to itself. */
const ADDRESS_ITSELF: Discovery = {
  watch: (address, watcher) => {
    const refresh = () => setImmediate(() => watcher.onEndpoints([parseAddress(address)]));
    refresh();
    return { refresh, stop: () => {} };
  },
  close: () => {},
};

test('each method uses the call that grants it, and a method without one is refused', async () => {
  const reads = await world.serve({ getProduct: async () => ({ product: PRODUCT }) });
  const changes = await world.serve({ setStock: async () => ({ product: { ...PRODUCT, stock: 9 } }) });
  const call = (method: 'getProduct' | 'setStock', address: string): AppCall => ({
    callee: 'product',
    address,
    service: ProductServiceDefinition.fullName,
    methods: [methodPath(ProductServiceDefinition, ProductServiceDefinition.methods[method])],
  });
  const { client, close } = createCalleeClient(
    ProductServiceDefinition,
    [call('getProduct', reads.address), call('setStock', changes.address)],
    { caller: 'order', discovery: ADDRESS_ITSELF },
  );
  try {
    expect((await client.getProduct({ id: 'a' })).product?.stock).toBe(PRODUCT.stock);
    expect((await client.setStock({ id: 'a', quantity: 9 })).product?.stock).toBe(9);
    await expect(client.settle({ orderId: 'a' })).rejects.toMatchObject({ code: 'undeclared-call' });
  } finally {
    close();
  }
});
