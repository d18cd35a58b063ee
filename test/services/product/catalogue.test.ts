import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { importProducts } from '../../../services/product/import-products.ts';
import { seed, seedId } from '../../../services/product/seed.ts';
import type { NewProduct, Product } from '../../../services/proto/gen/weft/product/v1/product.ts';
import { MAX_STOCK } from '../../../services/proto/limits.ts';
import { eventually } from '../../until.ts';
import { type ProductHarness, startProduct } from './product-harness.ts';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProduct('catalogue');
  await Promise.all([seed(shop.pool), seed(shop.pool)]);
});
afterAll(() => shop.stop());

const price = { amount: 250, currency: 'EUR' };
const soap: NewProduct = { name: 'Soap', description: 'Olive oil.', price, stock: 4 };

async function all(query = '', limit = 0): Promise<Product[]> {
  const products: Product[] = [];
  let cursor = '';
  do {
    const page = await shop.client.listProducts({ limit, cursor, query });
    products.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return products;
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

describe('the catalogue', () => {
  test('is seeded once by concurrent processes', async () => {
    const seeded = await all('', 7);
    expect(seeded).toHaveLength(30);
    expect(new Set(seeded.map((product) => product.id)).size).toBe(30);
    expect(seeded[0]?.id).toBe(seedId(0));
    await seed(shop.pool);
    expect(await all()).toHaveLength(30);
  });

  test('is searched for all words in any case, with wildcards and SQL as text', async () => {
    expect((await all('BEANS ethiopia')).map((product) => product.name)).toEqual([
      'Filter Coffee Beans, Ethiopia 500 g',
    ]);
    const { product } = await shop.client.createProduct({
      product: { ...soap, name: '100% wool_sock', description: "it's \\ warm" },
    });
    for (const query of ['100%', 'wool_', "it's", '\\']) expect(await all(query)).toEqual([product]);
    for (const query of ['%', '_']) expect(await all(query)).toEqual([product]);
    expect(await all("'; DROP TABLE product; --")).toEqual([]);
  });

  test('returns a product by its id, and not-found for an unknown id', async () => {
    const { product } = await shop.client.createProduct({ product: soap });
    expect(product).toMatchObject(soap);
    expect(await shop.client.getProduct({ id: product?.id ?? '' })).toEqual({ product });
    for (const id of [uuidv7(), "' OR ''='", '']) {
      await expect(shop.client.getProduct({ id })).rejects.toMatchObject({ code: 'not-found' });
      await expect(shop.client.setStock({ id, quantity: 1 })).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  test('stores SQL in a name or description as text', async () => {
    const name = "Robert'); DROP TABLE product; --";
    const { product } = await shop.client.createProduct({ product: { ...soap, name, description: name } });
    expect(product).toMatchObject({ name, description: name });
  });

  test.each<[string, Partial<NewProduct>]>([
    ['product.name', { name: ' ' }],
    ['product.name', { name: 'a'.repeat(201) }],
    ['product.name', { name: 'a\0b' }],
    ['product.description', { description: 'a'.repeat(5_001) }],
    ['product.description', { description: '\0' }],
    ['product.price', { price: undefined }],
    ['product.price.amount', { price: { amount: -1, currency: 'EUR' } }],
    ['product.price.currency', { price: { amount: 1, currency: 'eur' } }],
    ['product.stock', { stock: -1 }],
    ['product.stock', { stock: MAX_STOCK + 1 }],
  ])('rejects an invalid %s', async (field, wrong) => {
    const before = (await all()).length;
    await expect(shop.client.createProduct({ product: { ...soap, ...wrong } })).rejects.toMatchObject({
      code: 'invalid-request',
      violations: [expect.objectContaining({ field })],
    });
    expect(await all()).toHaveLength(before);
  });

  test.each([
    { limit: 101, cursor: '', query: '' },
    { limit: -1, cursor: '', query: '' },
    { limit: 1, cursor: 'nonsense', query: '' },
    { limit: 1, cursor: Buffer.from('["1"]').toString('base64url'), query: '' },
    { limit: 1, cursor: '', query: 'a'.repeat(201) },
    { limit: 1, cursor: '', query: 'a\0' },
  ])('rejects the list request %j', async (request) => {
    await expect(shop.client.listProducts(request)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('an import', () => {
  test('creates all products of a stream', async () => {
    const products = Array.from({ length: 1_201 }, (_, index) => ({
      product: { ...soap, name: `Import ${index}` },
    }));
    expect(await shop.client.importProducts(each(products))).toEqual({ imported: 1_201 });
    expect(await all('Import', 100)).toHaveLength(1_201);
    expect(await shop.client.importProducts(each([]))).toEqual({ imported: 0 });
  });

  test('creates no product if one is invalid, and names the invalid one', async () => {
    const products = Array.from({ length: 700 }, (_, index) => ({
      product: { ...soap, name: 'Broken', stock: index === 650 ? -1 : 1 },
    }));
    await expect(shop.client.importProducts(each(products))).rejects.toMatchObject({
      code: 'invalid-request',
      violations: [expect.objectContaining({ field: 'products[650].stock' })],
    });
    expect(await all('Broken')).toEqual([]);
  });

  const staged = async () =>
    (await shop.pool.query<{ count: number }>('SELECT count(*)::int FROM product_import')).rows[0]?.count;

  test('holds no transaction while it waits for its client, and survives lost connections', async () => {
    let open: readonly unknown[] = [];
    async function* slow() {
      for (let index = 0; index < 1_100; index++) yield { product: { ...soap, name: 'Patient' } };
      while ((await staged()) !== 1_000);
      const others = `FROM pg_stat_activity WHERE datname = current_database()
        AND backend_type = 'client backend' AND pid <> pg_backend_pid()`;
      open = (await shop.pool.query(`SELECT state, query ${others} AND xact_start IS NOT NULL`)).rows;
      await shop.pool.query(`SELECT pg_terminate_backend(pid) ${others}`);
      yield { product: { ...soap, name: 'Patient' } };
    }
    expect(await shop.client.importProducts(slow())).toEqual({ imported: 1_101 });
    expect(open).toEqual([]);
    expect(await all('Patient', 100)).toHaveLength(1_101);
    expect(await staged()).toBe(0);
  });

  test('leaves no rows when it is interrupted, and removes the rows of an abandoned import', async () => {
    await shop.pool.query(
      `INSERT INTO product_import VALUES
        (gen_random_uuid(), 1, gen_random_uuid(), 'Left', '', 1, 'EUR', 1, now() - interval '25 hours')`,
    );
    async function* broken() {
      for (let index = 0; index < 1_100; index++) yield { product: { ...soap, name: 'Severed' } };
      while ((await staged()) !== 1_000);
      throw new Error('the line is dead');
    }
    await expect(shop.client.importProducts(broken())).rejects.toThrow('the line is dead');
    await eventually(async () => (await staged()) === 0);
    expect(await all('Severed')).toEqual([]);
  });

  test('creates no product when the client cancels, and frees its connection', async () => {
    const giveUp = new AbortController();
    async function* halfway() {
      for (let index = 0; index < 600; index++) yield { product: { ...soap, name: 'Halfway' } };
      giveUp.abort();
      yield { product: soap };
    }
    await expect(shop.client.importProducts(halfway(), { signal: giveUp.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await all('Halfway')).toEqual([]);
  });

  test('creates no product when it is aborted just as its stream ends', async () => {
    const giveUp = new AbortController();
    async function* whole() {
      yield { product: { ...soap, name: 'Withdrawn' } };
      giveUp.abort(new Error('aborted'));
    }
    await expect(importProducts(shop.pool, whole(), giveUp.signal)).rejects.toThrow('aborted');
    expect(await all('Withdrawn')).toEqual([]);
  });
});

describe('a watcher', () => {
  test('receives the current stock and each change, including reservations', async () => {
    const id = await shop.make(5);
    const stop = new AbortController();
    const stocks: number[] = [];
    await expect(async () => {
      for await (const { productId, stock } of shop.client.watchStock({ id }, { signal: stop.signal })) {
        expect(productId).toBe(id);
        stocks.push(stock);
        if (stock === 5) await shop.client.setStock({ id, quantity: 9 });
        if (stock === 9) {
          await shop.client.reserve({
            customerId: uuidv7(),
            idempotencyKey: 'k',
            orderId: uuidv7(),
            items: [{ productId: id, quantity: 2 }],
          });
        }
        if (stock === 7) stop.abort();
      }
    }).rejects.toMatchObject({ code: 'cancelled' });
    expect(stocks).toEqual([5, 9, 7]);
  });

  test('receives the last change even if it is too slow for earlier ones', async () => {
    const id = await shop.make(0);
    const stop = new AbortController();
    const watch = shop.client.watchStock({ id }, { signal: stop.signal })[Symbol.asyncIterator]();
    let change = await watch.next();
    for (let quantity = 1; quantity <= 50; quantity++) await shop.client.setStock({ id, quantity });
    let stocks = 1;
    for (; change.value.stock !== 50; stocks++) change = await watch.next();
    expect(stocks).toBeLessThanOrEqual(51);
    stop.abort();
  });

  test('ignores a change that is older than the last one', async () => {
    const id = await shop.make(1);
    await shop.client.setStock({ id, quantity: 2 });
    const stop = new AbortController();
    const watch = shop.client.watchStock({ id }, { signal: stop.signal })[Symbol.asyncIterator]();
    expect((await watch.next()).value.stock).toBe(2);
    const next = watch.next();
    shop.watchers.publish(id, { id, stock: 1, version: 0, at: new Date().toISOString() });
    await new Promise(setImmediate);
    await shop.client.setStock({ id, quantity: 3 });
    expect((await next).value.stock).toBe(3);
    stop.abort();
  });

  test('is rejected for an unknown product', async () => {
    const watch = shop.client.watchStock({ id: uuidv7() })[Symbol.asyncIterator]();
    await expect(watch.next()).rejects.toMatchObject({ code: 'not-found' });
    expect(shop.watchers.keys()).toEqual([]);
  });
});

describe('a live quote', () => {
  test('returns the price of each cart and the items with insufficient stock', async () => {
    const [cup, pot] = [await shop.make(5), await shop.make(1)];
    const carts = [
      { items: [] },
      { items: [{ productId: cup, quantity: 2 }] },
      {
        items: [
          { productId: cup, quantity: 2 },
          { productId: pot, quantity: 3 },
        ],
      },
    ];
    const totals = [];
    for await (const quote of shop.client.quoteCart(each(carts))) {
      totals.push([quote.total?.amount, quote.shortProductIds]);
    }
    expect(totals).toEqual([
      [undefined, []],
      [2_000, []],
      [5_000, [pot]],
    ]);
  });

  test('fails at a cart without a price', async () => {
    const carts = [
      [{ items: [{ productId: uuidv7(), quantity: 1 }] }, 'unknown-product'],
      [{ items: [{ productId: 'x', quantity: 1 }] }, 'invalid-request'],
      [{ items: [{ productId: await shop.make(1), quantity: 1_001 }] }, 'invalid-request'],
    ] as const;
    for (const [cart, code] of carts) {
      const quotes = shop.client.quoteCart(each([cart]))[Symbol.asyncIterator]();
      await expect(quotes.next()).rejects.toMatchObject({ code });
    }
  });
});
