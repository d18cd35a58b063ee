import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { insertOrders } from '../../../services/order/insert-orders.ts';
import { CURRENCIES, MAX_PRICE, MAX_TOTAL } from '../../../services/proto/limits.ts';
import { type RealShop, startRealShop } from './real-shop.ts';
import { lines, request } from './request.ts';

let shop: RealShop;
let admin: string;
beforeAll(async () => {
  shop = await startRealShop('read-back');
  admin = await shop.gateway.token({ role: 'admin' });
});
afterAll(() => shop.stop());

interface Attempt {
  readonly name: string;
  readonly description: string;
  readonly price: { readonly amount: number; readonly currency: string };
  readonly quantity: number;
}

const post = (path: string, token: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  request(shop.gateway.url, 'POST', path, { token, body, headers });

/** Makes a product, quotes and orders it, and reads all of it back. @returns the statuses of product and order */
async function buy({ name, description, price, quantity }: Attempt): Promise<readonly number[]> {
  const made = await post('/v1/products', admin, { name, description, price, stock: quantity });
  if (made.status !== 201) return [made.status];
  const customer = await shop.gateway.token({ sub: uuidv7() });
  const get = async (path: string) => {
    const answer = await request(shop.gateway.url, 'GET', path, { token: customer });
    expect({ path, status: answer.status, body: answer.body }).toMatchObject({ path, status: 200 });
    return answer.body;
  };
  expect(made.body).toMatchObject({ name, description, price });
  expect(await get(`/v1/products/${made.body.id}`)).toEqual(made.body);
  await get('/v1/products?limit=100');

  const items = [{ productId: made.body.id, quantity }];
  const type = { 'content-type': 'application/x-ndjson' };
  const quoted = await post('/v1/quotes', customer, lines({ items }), type);
  const key = { 'idempotency-key': randomUUID() };
  const body = { items, payment: { token: 'tok_ok' } };
  const placed = await post('/v1/orders', customer, body, key);
  expect(quoted.status === 200).toBe(placed.status === 201);
  if (placed.status !== 201) {
    expect(await get('/v1/orders')).toMatchObject({ items: [] });
    expect(await get(`/v1/products/${made.body.id}`)).toMatchObject({ stock: quantity });
    return [made.status, placed.status];
  }
  const total = { amount: price.amount * quantity, currency: price.currency };
  expect(placed.body).toMatchObject({ total, items: [{ name, unitPrice: price }] });
  expect(await post('/v1/orders', customer, body, key)).toMatchObject({ status: 201, body: placed.body });
  expect(await get(`/v1/orders/${placed.body.id}/events`)).toContain('"status":"confirmed"');
  expect(await get(`/v1/orders/${placed.body.id}`)).toMatchObject({ status: 'confirmed', total });
  expect(await get('/v1/orders')).toMatchObject({ items: [{ id: placed.body.id, total }] });
  await shop.relay(placed.body.id);
  expect((await get('/v1/notifications')).items[0].text).toContain(placed.body.id);
  return [made.status, placed.status];
}

test('an order whose total exceeds the largest price is accepted and listed', async () => {
  const price = { amount: MAX_PRICE, currency: 'JPY' };
  expect(await buy({ name: 'Moon', description: '', price, quantity: 2 })).toEqual([201, 201]);
});

test('a total above the limit of totals is rejected before stock is reserved', async () => {
  const made = await Promise.all(
    Array.from({ length: 10 }, () =>
      post('/v1/products', admin, {
        name: 'Moon',
        description: '',
        price: { amount: MAX_PRICE, currency: 'JPY' },
        stock: 1_000,
      }),
    ),
  );
  const order = (count: number) => ({
    items: made.slice(0, count).map(({ body }) => ({ productId: body.id, quantity: 1_000 })),
    payment: { token: 'tok_ok' },
  });
  const customer = await shop.gateway.token({ sub: uuidv7() });
  const place = (count: number) =>
    post('/v1/orders', customer, order(count), { 'idempotency-key': randomUUID() });
  expect(await place(10)).toMatchObject({ status: 400, body: { errors: [{ field: 'items' }] } });
  expect(await shop.order.product.stock(made[0]?.body.id)).toBe(1_000);
  expect(await place(9)).toMatchObject({ status: 201, body: { total: { amount: MAX_TOTAL } } });
});

test('every reader returns accepted values unchanged', async () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  const attempt = fc.record({
    name: fc.oneof(
      text,
      fc.constantFrom('😀'.repeat(150), '\u0000', '\ud800', 'e\u0301', '\ufdfa'.repeat(200)),
    ),
    description: fc.oneof(text, fc.constantFrom('', '𝒳'.repeat(5_000), 'a\tb\nc')),
    price: fc.record({
      amount: fc.oneof(fc.integer({ min: 0, max: MAX_PRICE }), fc.constantFrom(0, MAX_PRICE, MAX_PRICE + 1)),
      currency: fc.constantFrom(...CURRENCIES, 'XXX'),
    }),
    quantity: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.constantFrom(1, 1_000)),
  });
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(attempt, async (one) => {
      for (const status of await buy(one)) statuses.add(status);
      expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    }),
    { numRuns: 15 },
  );
  expect(statuses).toContain(201);
});

describe('the limits of the interface', () => {
  const product = { name: 'n', description: '', price: { amount: 1, currency: 'EUR' }, stock: 1 };
  const make = (fields: object) => post('/v1/products', admin, { ...product, ...fields });

  test('count lengths in code points, at the edge and in the service', async () => {
    expect((await make({ name: '😀'.repeat(200), description: '😀'.repeat(5_000) })).status).toBe(201);
    for (const [field, text] of [
      ['name', '😀'.repeat(201)],
      ['name', ' \u00a0'],
      ['description', '😀'.repeat(5_001)],
    ] as const)
      expect(await make({ [field]: text })).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    await expect(
      shop.order.product.client.createProduct({ product: { ...product, name: '😀'.repeat(201) } }),
    ).rejects.toMatchObject({ violations: [{ field: 'product.name' }] });
  });

  test('name the field and the line of the request, also for a rule that only the service checks', async () => {
    const { body } = await make({});
    const item = { productId: body.id, quantity: 600 };
    const token = await shop.gateway.token();
    const order = { items: [item, item], payment: { token: 'tok_ok' } };
    expect(await post('/v1/orders', token, order, { 'idempotency-key': randomUUID() })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'items[1].quantity' }] },
    });
    const carts = lines({ items: [item] }, '', { items: [item, item] });
    const quoted = await post('/v1/quotes', token, carts, { 'content-type': 'application/x-ndjson' });
    const [, lastLine] = quoted.body.trim().split('\n');
    expect(JSON.parse(lastLine)).toMatchObject({ errors: [{ field: 'line 3.items[1].quantity' }] });
  });

  test('reject a payment token that ends in half of a surrogate pair like any unknown token', async () => {
    const { body } = await make({});
    const items = [{ productId: body.id, quantity: 1 }];
    const order = { items, payment: { token: `a${'😀'.repeat(99)}` } };
    const token = await shop.gateway.token();
    expect(await post('/v1/orders', token, order, { 'idempotency-key': randomUUID() })).toMatchObject({
      status: 422,
      body: { code: 'unknown-payment-token' },
    });
  });

  test.each([
    ['Cr\u00e8me br\u00fbl\u00e9e', 'cre\u0300me'],
    ['Cre\u0301ation', 'cr\u00e9ation'],
    ['\uff21\uff22\uff23 100\uff05', 'abc 100%'],
    ['\ufb01ne', 'fine'],
    ['\ud55c\uae00', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
  ])('%s is found by %s, and read as it was written', async (name, query) => {
    const { body } = await make({ name, description: query });
    const alone = await make({ name });
    const result = await request(
      shop.gateway.url,
      'GET',
      `/v1/products?limit=100&q=${encodeURIComponent(query)}`,
    );
    const names = new Map(result.body.items.map((one: { id: string; name: string }) => [one.id, one.name]));
    expect([names.get(body.id), names.get(alone.body.id)]).toEqual([name, name]);
  });
});

test('large orders are listed in pages below the message size limit, without a gap', async () => {
  const customerId = uuidv7();
  const unitPrice = { amount: 1, currency: 'EUR' };
  const line = { productId: uuidv7(), quantity: 1, name: '😀'.repeat(200), unitPrice };
  const total = { amount: 100, currency: 'EUR' };
  const orders = Array.from({ length: 60 }, () => ({
    order: {
      id: uuidv7(),
      customerId,
      status: 'pending',
      reason: '',
      total,
      items: Array.from({ length: 100 }, () => line),
      placedAt: new Date(),
    },
    idempotencyKey: uuidv7(),
    fingerprint: null,
    paymentToken: 'tok_ok',
    state: 'releasing' as const,
    leased: true,
  }));
  await insertOrders(shop.order.pool, orders);
  const token = await shop.gateway.token({ sub: customerId });
  const listed: string[] = [];
  let cursor: string | null = '';
  do {
    const query: string = cursor ? `?limit=70&cursor=${cursor}` : '?limit=70';
    const page = await request(shop.gateway.url, 'GET', `/v1/orders${query}`, { token });
    expect(page).toMatchObject({ status: 200 });
    expect(page.body.items.length).toBeGreaterThan(0);
    listed.push(...page.body.items.map(({ id }: { id: string }) => id));
    cursor = page.body.nextCursor;
  } while (cursor);
  expect(listed).toEqual(orders.map(({ order }) => order.id).reverse());
});

test('values that were stored under other limits remain readable', async () => {
  const { pool } = shop.order.product;
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO product (id, name, description, price_amount, price_currency, stock)
     VALUES (gen_random_uuid(), 'Old', '', ${MAX_TOTAL}, 'XTS', 2147483647) RETURNING id`,
  );
  const answer = await request(shop.gateway.url, 'GET', `/v1/products/${rows[0]?.id}`);
  expect(answer).toMatchObject({
    status: 200,
    body: { price: { amount: MAX_TOTAL, currency: 'XTS' }, stock: 2_147_483_647 },
  });
  expect((await request(shop.gateway.url, 'GET', '/v1/products?limit=100')).status).toBe(200);
});
