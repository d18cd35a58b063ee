import { expect, test } from '@jest/globals';
import { type Catalogue, cachedCatalogue } from '../../../services/product/catalogue.ts';
import { ResponseCache } from '../../../services/product/response-cache.ts';
import { PRODUCT } from '../kit/product-server.ts';

/** Returns a catalogue of one product that counts its requests. */
function countingCatalogue(stock: () => number) {
  let requestCount = 0;
  const product = () => {
    requestCount += 1;
    return { ...PRODUCT, stock: stock() };
  };
  const catalogue: Catalogue = {
    list: async () => ({ items: [product()], nextCursor: '' }),
    get: async () => product(),
  };
  return { catalogue, requestCount: () => requestCount };
}

test.each([
  [0, 'sold-out'],
  [1, 'low'],
  [5, 'low'],
  [6, 'in-stock'],
])('reports a stock of %i as %s', async (stock, availability) => {
  const { catalogue } = countingCatalogue(() => stock);
  expect(await cachedCatalogue(catalogue).get('a')).toMatchObject({ stock, availability });
  const { items } = await cachedCatalogue(catalogue).list({ limit: 1, cursor: '', query: '' });
  expect(items).toMatchObject([{ stock, availability }]);
});

test('caches a response for exactly one second', async () => {
  let now = 0;
  let stock = 3;
  const { catalogue, requestCount } = countingCatalogue(() => stock);
  const cached = cachedCatalogue(catalogue, () => now);
  await cached.get('a');
  stock = 2;
  now = 999;
  expect(await cached.get('a')).toMatchObject({ stock: 3 });
  expect(requestCount()).toBe(1);
  now = 1_000;
  expect(await cached.get('a')).toMatchObject({ stock: 2 });
  expect(requestCount()).toBe(2);
});

test('caches pages by their whole request', async () => {
  const { catalogue, requestCount } = countingCatalogue(() => 1);
  const cached = cachedCatalogue(catalogue);
  await cached.list({ limit: 1, cursor: '', query: '' });
  await cached.list({ limit: 2, cursor: '', query: '' });
  await cached.list({ limit: 1, cursor: 'x', query: '' });
  await cached.list({ limit: 1, cursor: '', query: 'y' });
  expect(requestCount()).toBe(4);
});

test('shares a response between concurrent requests, and does not cache failures', async () => {
  const cache = new ResponseCache<number>({ maxAgeMs: 1_000, maxEntries: 10 });
  let requestCount = 0;
  const ask = async () => {
    requestCount += 1;
    if (requestCount === 1) throw new Error('away');
    return requestCount;
  };
  const first = await Promise.allSettled([cache.get('a', ask), cache.get('a', ask)]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(requestCount).toBe(1);
  expect(await cache.get('a', ask)).toBe(2);
});

test('evicts the least recently used response', async () => {
  const cache = new ResponseCache<number>({ maxAgeMs: 1_000, maxEntries: 2 });
  let requestCount = 0;
  const ask = async () => ++requestCount;
  for (const key of ['a', 'b', 'c']) await cache.get(key, ask);
  expect(await cache.get('b', ask)).toBe(2);
  expect(await cache.get('a', ask)).toBe(4);
});
