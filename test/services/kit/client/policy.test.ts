import { afterEach, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { KitErrorCode } from '../../../../services/kit/errors/kit-errors.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

async function triesOf(
  policy: CallPolicy | undefined,
  code: KitErrorCode,
  method: 'getProduct' | 'createProduct',
) {
  let tries = 0;
  const fail = async () => {
    tries += 1;
    throw serviceError(code as 'unavailable');
  };
  const { address } = await world.serve({ getProduct: fail, createProduct: fail });
  const client = world.client([address], policy && { policy });
  const call =
    method === 'getProduct' ? client.getProduct({ id: 'x' }) : client.createProduct({ product: undefined });
  await expect(call).rejects.toMatchObject({ code });
  return tries;
}

const BACK_OFF = { base: '1ms', max: '2ms' } as const;
const retries = (attempts: number, ...on: NonNullable<CallPolicy['retries']>['on']): CallPolicy => ({
  timeout: '30s',
  retries: { max: attempts, on, backOff: BACK_OFF },
});

test.each([
  ['no policy: the mesh retries', undefined, 'unavailable', 'getProduct', 1],
  ['no retries in the policy', { timeout: '5s' } as const, 'unavailable', 'getProduct', 1],
  ['attempts count the retries', retries(3, 'unavailable'), 'unavailable', 'getProduct', 4],
  ['more than grpc-js would', retries(7, 'unavailable'), 'unavailable', 'getProduct', 8],
  ['another status', retries(3, 'unavailable'), 'internal', 'getProduct', 1],
  ['the status of the condition', retries(2, 'resource-exhausted'), 'too-many-requests', 'getProduct', 3],
  ['a status that is no failed connection', retries(2, 'connect-failure'), 'unavailable', 'getProduct', 1],
  ['what a repeat could do twice', retries(2, 'unavailable'), 'unavailable', 'createProduct', 1],
] as const)('attempts at the callee: %s', async (_, policy, code, method, expected) => {
  expect(await triesOf(policy, code, method)).toBe(expected);
});

test('round robin gives each endpoint the same number of calls', async () => {
  const counts = [0, 0, 0];
  const servers = await Promise.all(
    counts.map((_, index) =>
      world.serve({
        getProduct: async () => {
          counts[index] = (counts[index] ?? 0) + 1;
          return { product: PRODUCT };
        },
      }),
    ),
  );
  const client = world.client(
    servers.map(({ address }) => address),
    { policy: { timeout: '5s' } },
  );
  // Only connected endpoints get calls: wait for all three.
  while (counts.some((count) => count === 0)) await client.getProduct({ id: 'x' });
  counts.fill(0);
  for (let call = 0; call < 30; call++) await client.getProduct({ id: 'x' });
  expect(counts).toEqual([10, 10, 10]);
});

test('a method that is not granted cannot be called', async () => {
  const { address } = await world.serve({});
  const client = world.client([address], { methods: ['/weft.product.v1.ProductService/GetProduct'] });
  await expect(client.createProduct({ product: undefined })).rejects.toThrow(
    'order may not call /weft.product.v1.ProductService/CreateProduct; declare the call in the service graph',
  );
});
