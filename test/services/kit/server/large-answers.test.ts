import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from '@jest/globals';
import { MAX_MESSAGE_BYTES } from '../../../../services/kit/grpc/connection-options.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

const large = { ...PRODUCT, description: 'x'.repeat(MAX_MESSAGE_BYTES) };
const tooLarge = {
  code: 'answer-too-large',
  grpc: status.RESOURCE_EXHAUSTED,
  metadata: { limit: String(MAX_MESSAGE_BYTES) },
};

test('a response above the size limit is an error of the callee, and the server keeps serving', async () => {
  const { address, lines } = await world.serve({
    getProduct: async ({ id }) => ({ product: id === 'large' ? large : PRODUCT }),
  });
  const client = world.client([address]);
  await expect(client.getProduct({ id: 'large' })).rejects.toMatchObject(tooLarge);
  expect(lines).toMatchObject([{ level: 'error' }, { message: 'call', status: 'RESOURCE_EXHAUSTED' }]);
  expect(await client.getProduct({ id: 'small' })).toEqual({ product: PRODUCT });
});

test('a streamed message above the size limit ends the stream with that error, after the messages before it', async () => {
  const answer = (id: string) => ({ items: [], total: undefined, shortProductIds: [id] });
  const { address } = await world.serve({
    async *quoteCart() {
      yield answer('small');
      yield answer('x'.repeat(MAX_MESSAGE_BYTES));
    },
  });
  const quotes = world
    .client([address])
    .quoteCart((async function* () {})())
    [Symbol.asyncIterator]();
  expect((await quotes.next()).value).toEqual(answer('small'));
  await expect(quotes.next()).rejects.toMatchObject(tooLarge);
});
