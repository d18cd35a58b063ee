import { expect, test } from '@jest/globals';
import { type Catalogue, cachedCatalogue } from '../../../services/product/catalogue.ts';
import { Remembered } from '../../../services/product/remembered.ts';
import { PRODUCT } from '../kit/product-server.ts';

/** A catalogue of one product that counts how often it is asked. */
function counted(stock: () => number) {
  let asked = 0;
  const product = () => {
    asked += 1;
    return { ...PRODUCT, stock: stock() };
  };
  const catalogue: Catalogue = {
    list: async () => ({ items: [product()], nextCursor: '' }),
    get: async () => product(),
  };
  return { catalogue, asked: () => asked };
}

test.each([
  [0, 'sold-out'],
  [1, 'low'],
  [5, 'low'],
  [6, 'in-stock'],
])('%i pieces are %s', async (stock, availability) => {
  const { catalogue } = counted(() => stock);
  expect(await cachedCatalogue(catalogue).get('a')).toMatchObject({ stock, availability });
  const { items } = await cachedCatalogue(catalogue).list({ limit: 1, cursor: '', query: '' });
  expect(items).toMatchObject([{ stock, availability }]);
});

test('an answer is given again for a second, and no longer', async () => {
  let now = 0;
  let stock = 3;
  const { catalogue, asked } = counted(() => stock);
  const cached = cachedCatalogue(catalogue, () => now);
  await cached.get('a');
  stock = 2;
  now = 999;
  expect(await cached.get('a')).toMatchObject({ stock: 3 });
  expect(asked()).toBe(1);
  now = 1_000;
  expect(await cached.get('a')).toMatchObject({ stock: 2 });
  expect(asked()).toBe(2);
});

test('pages are told apart by all that is asked', async () => {
  const { catalogue, asked } = counted(() => 1);
  const cached = cachedCatalogue(catalogue);
  await cached.list({ limit: 1, cursor: '', query: '' });
  await cached.list({ limit: 2, cursor: '', query: '' });
  await cached.list({ limit: 1, cursor: 'x', query: '' });
  await cached.list({ limit: 1, cursor: '', query: 'y' });
  expect(asked()).toBe(4);
});

test('those who ask at once share an answer, and a failure is not remembered', async () => {
  const remembered = new Remembered<number>({ maxAgeMs: 1_000, size: 10 });
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked === 1) throw new Error('away');
    return asked;
  };
  const first = await Promise.allSettled([remembered.get('a', ask), remembered.get('a', ask)]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toBe(1);
  expect(await remembered.get('a', ask)).toBe(2);
});

test('no more answers are kept than there is room for', async () => {
  const remembered = new Remembered<number>({ maxAgeMs: 1_000, size: 2 });
  let asked = 0;
  const ask = async () => ++asked;
  for (const key of ['a', 'b', 'c']) await remembered.get(key, ask);
  expect(await remembered.get('b', ask)).toBe(2);
  expect(await remembered.get('a', ask)).toBe(4);
});
