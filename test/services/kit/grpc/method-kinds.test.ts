import { afterEach, expect, test } from '@jest/globals';
import { ServiceError, serviceError } from '../../../../services/kit/errors/service-error.ts';
import type { CallContext } from '../../../../services/kit/grpc/handlers.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

async function* of<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const NEW = { product: { name: 'a', description: '', price: { amount: 1, currency: 'EUR' }, stock: 1 } };

test('unary: passes the request, the response, the caller and the request id', async () => {
  const received: CallContext[] = [];
  const { address, lines } = await world.serve({
    getProduct: async ({ id }, context) => {
      received.push(context);
      return { product: { ...PRODUCT, id } };
    },
  });
  const { product } = await world.client([address]).getProduct({ id: 'x' });
  expect(product).toEqual({ ...PRODUCT, id: 'x' });
  expect(received[0]).toMatchObject({ caller: 'order', deadline: Number.POSITIVE_INFINITY });
  expect(lines).toMatchObject([
    {
      level: 'info',
      message: 'call',
      method: '/weft.product.v1.ProductService/GetProduct',
      caller: 'order',
      status: 'OK',
      requestId: received[0]?.requestId,
    },
  ]);
});

test('client stream: requests arrive in order, and one response returns', async () => {
  const { address } = await world.serve({
    importProducts: async (requests) => ({ imported: (await all(requests)).length }),
  });
  const many = Array.from({ length: 1_000 }, () => NEW);
  expect(await world.client([address]).importProducts(of(...many))).toEqual({ imported: 1_000 });
});

test('client stream: a response before the last request stops the sender', async () => {
  const { address } = await world.serve({
    importProducts: async () => {
      throw serviceError('invalid-request');
    },
  });
  const ended = Promise.withResolvers<void>();
  async function* endless() {
    try {
      for (;;) {
        yield NEW;
        await new Promise(setImmediate);
      }
    } finally {
      ended.resolve();
    }
  }
  await expect(world.client([address]).importProducts(endless())).rejects.toMatchObject({
    code: 'invalid-request',
  });
  await ended.promise;
});

test('client stream: an error of the requests rejects the call, and cancels the handler', async () => {
  const begun = Promise.withResolvers<void>();
  const received = Promise.withResolvers<unknown>();
  const { address } = await world.serve({
    importProducts: async (requests) => {
      begun.resolve();
      try {
        return { imported: (await all(requests)).length };
      } catch (error) {
        received.resolve(error);
        throw error;
      }
    },
  });
  async function* broken() {
    yield NEW;
    await begun.promise;
    throw new Error('line 2 is no JSON');
  }
  await expect(world.client([address]).importProducts(broken())).rejects.toThrow('line 2 is no JSON');
  expect(await received.promise).toMatchObject({ code: 'cancelled' });
});

test('server stream: yields responses as they arrive, and a reader that stops ends it', async () => {
  const aborted = Promise.withResolvers<unknown>();
  const { address } = await world.serve({
    async *watchStock({ id }, { signal }) {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      for (let stock = 0; ; stock++) yield { productId: id, stock, at: new Date(0) };
    },
  });
  const stocks = [];
  for await (const { stock } of world.client([address]).watchStock({ id: 'x' })) {
    stocks.push(stock);
    if (stocks.length === 3) break;
  }
  expect(stocks).toEqual([0, 1, 2]);
  expect(await aborted.promise).toMatchObject({ code: 'cancelled' });
});

test('server stream: a slow reader slows the handler (back-pressure)', async () => {
  let made = 0;
  const text = 'x'.repeat(10_000);
  const { address } = await world.serve({
    async *watchStock() {
      for (; made < 20_000; made++) yield { productId: text, stock: made, at: undefined };
    },
  });
  const stream = world.client([address]).watchStock({ id: 'x' })[Symbol.asyncIterator]();
  await stream.next();
  // If the handler yields nothing in 20 turns of the event loop, it waits for its reader.
  let quiet = 0;
  for (let lastCount = made; quiet < 20; lastCount = made) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    quiet = made === lastCount ? quiet + 1 : 0;
  }
  expect(made).toBeLessThan(1_000);
  await stream.return?.();
});

test('server stream: responses sent before an error arrive before it', async () => {
  const { address } = await world.serve({
    async *watchStock() {
      yield { productId: 'x', stock: 1, at: undefined };
      throw serviceError('not-found', { metadata: { what: 'product x' } });
    },
  });
  const receivedNumbers: number[] = [];
  const read = async () => {
    for await (const { stock } of world.client([address]).watchStock({ id: 'x' }))
      receivedNumbers.push(stock);
  };
  await expect(read()).rejects.toMatchObject({
    code: 'not-found',
    message: 'product x does not exist; check the path and the identifier',
  });
  expect(receivedNumbers).toEqual([1]);
});

test('bidi: a response arrives before the next request is sent', async () => {
  const { address } = await world.serve({
    async *quoteCart(requests) {
      for await (const { items } of requests) {
        yield { items: [], total: { amount: items.length, currency: 'EUR' }, shortProductIds: [] };
      }
    },
  });
  const answers: (number | undefined)[] = [];
  async function* carts() {
    for (let size = 1; size <= 3; size++) {
      yield { items: Array.from({ length: size }, () => ({ productId: 'a', quantity: 1 })) };
      await eventually(() => answers.length === size);
    }
  }
  for await (const { total } of world.client([address]).quoteCart(carts())) answers.push(total?.amount);
  expect(answers).toEqual([1, 2, 3]);
});

test('bidi: the handler may end before its requests do', async () => {
  const { address } = await world.serve({
    async *quoteCart(requests) {
      for await (const _ of requests) {
        yield { items: [], total: undefined, shortProductIds: ['only'] };
        return;
      }
    },
  });
  async function* endless() {
    for (;;) {
      yield { items: [] };
      await new Promise(setImmediate);
    }
  }
  const answers = await all(world.client([address]).quoteCart(endless()));
  expect(answers.map((answer) => answer.shortProductIds)).toEqual([['only']]);
});

test('a stopping server ends open streams with unavailable, and waits for unary calls', async () => {
  const inHandler = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const { address, server } = await world.serve({
    async *watchStock(_, { signal }) {
      yield { productId: 'x', stock: 1, at: undefined };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
    getProduct: async () => {
      inHandler.resolve();
      await go.promise;
      return { product: PRODUCT };
    },
  });
  const client = world.client([address]);
  const stream = client.watchStock({ id: 'x' })[Symbol.asyncIterator]();
  await stream.next();
  const product = client.getProduct({ id: 'x' });
  await inHandler.promise;
  const stopped = server.stop(10_000);
  await expect(stream.next()).rejects.toMatchObject({ code: 'unavailable' });
  go.resolve();
  expect(await product).toEqual({ product: PRODUCT });
  await stopped;
  await expect(client.getProduct({ id: 'x' })).rejects.toBeInstanceOf(ServiceError);
});
