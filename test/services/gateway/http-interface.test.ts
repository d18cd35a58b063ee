import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePrometheus } from '../../../scripts/operate/rollout/prometheus.ts';
import { formatMetrics } from '../../../services/kit/telemetry/metric-text.ts';
import { NEXT_CURSOR, ORDER_ID, PRODUCT_ID, UNKNOWN_ID } from './fake-shop.ts';
import { lines, request } from './request.ts';
import { CUSTOMER_ID, startGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const scarf = { name: 'Scarf', description: 'Woven.', price: { amount: 1250, currency: 'EUR' }, stock: 3 };
const cart = { items: [{ productId: PRODUCT_ID, quantity: 2 }] };
const order = { ...cart, payment: { token: 'tok_ok' } };
const admin = () => gateway.token({ role: 'admin' });
const ask = (...args: Parameters<typeof request> extends [string, ...infer R] ? R : never) =>
  request(gateway.url, ...args);

test('records the duration of each request by method, route and status', async () => {
  const own = await startGateway();
  await request(own.url, 'GET', `/v1/products/${PRODUCT_ID}`);
  await request(own.url, 'GET', `/v1/products/${UNKNOWN_ID}`);
  await request(own.url, 'PURGE', '/nowhere');
  await own.stop();
  const counts = parsePrometheus(formatMetrics(own.metrics, 'prometheus'))
    .filter(({ name }) => name === 'http_server_request_duration_seconds_count')
    .map(({ labels, value }) => [...Object.values(labels), value]);
  expect(counts).toEqual([
    ['GET', '/v1/products/{id}', '200', 1],
    ['GET', '/v1/products/{id}', '404', 1],
    ['_OTHER', '', '404', 1],
  ]);
});

describe('accounts', () => {
  test('are created by registration, and can sign in', async () => {
    const registration = { email: 'ada@example.com', password: 'pässwörd 🔑', name: 'Ada' };
    const made = await ask('POST', '/v1/users', { body: registration });
    expect(made).toMatchObject({
      status: 201,
      body: { email: 'ada@example.com', name: 'Ada', role: 'customer' },
    });
    expect(gateway.requests.users).toContainEqual(registration);
    const session = await ask('POST', '/v1/sessions', {
      body: { email: 'ada@example.com', password: 'right password' },
    });
    expect(session).toMatchObject({ status: 201, body: { accessToken: 'a.b.c', expiresIn: 1800 } });
  });

  test('an error of a callee is returned as the problem with the same code', async () => {
    const body = { email: 'taken@example.com', password: 'long enough', name: 'Ada' };
    const conflict = await ask('POST', '/v1/users', { body });
    expect(conflict.headers.get('content-type')).toBe('application/problem+json');
    expect(conflict.body).toMatchObject({
      type: '/problems/email-taken',
      status: 409,
      code: 'email-taken',
      instance: '/v1/users',
      requestId: conflict.headers.get('x-request-id'),
    });
    const wrong = await ask('POST', '/v1/sessions', {
      body: { email: 'a@example.com', password: 'wrong one' },
    });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
  });

  test('the details of an internal error are hidden', async () => {
    const failed = await ask('POST', '/v1/sessions', {
      body: { email: 'a@example.com', password: 'crash please' },
    });
    expect(failed).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(failed.body)).not.toMatch(/secret|stack|gateway\//);
  });
});

describe('products', () => {
  test('are listed page by page', async () => {
    const first = await ask('GET', '/v1/products?limit=7&q=wool+scarf%26');
    expect(first).toMatchObject({
      status: 200,
      body: { items: [{ id: PRODUCT_ID, ...scarf }], nextCursor: NEXT_CURSOR },
    });
    expect(first.body.items[0]).not.toHaveProperty('availability');
    expect(gateway.requests.queries).toContainEqual({ query: 'wool scarf&', limit: 7, cursor: '' });
    expect((await ask('GET', `/v1/products?cursor=${NEXT_CURSOR}`)).body.nextCursor).toBeNull();
  });

  test('are read by id, and an unknown or malformed id is 404', async () => {
    expect(await ask('GET', `/v1/products/${PRODUCT_ID}`)).toMatchObject({
      status: 200,
      body: { ...scarf, availability: 'low' },
    });
    expect(await ask('GET', `/v1/products/${UNKNOWN_ID}`)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect(await ask('GET', "/v1/products/1'%20or%20'1'='1")).toMatchObject({ status: 404 });
  });

  test('are created, stocked and imported by an admin', async () => {
    const token = await admin();
    const made = await ask('POST', '/v1/products', { token, body: scarf });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v1/products/${PRODUCT_ID}`);
    const stocked = await ask('PUT', `/v1/products/${PRODUCT_ID}/stock`, { token, body: { quantity: 0 } });
    expect(stocked).toMatchObject({ status: 200, body: { stock: 0 } });
    const imported = await ask('POST', '/v1/products/import', {
      token,
      body: lines(scarf, '', { ...scarf, name: 'Second' }),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(imported).toMatchObject({ status: 201, body: { imported: 2 } });
  });

  test('are not imported if one line is invalid, and the error names the line', async () => {
    const before = gateway.requests.imported.length;
    const refusal = await ask('POST', '/v1/products/import', {
      token: await admin(),
      body: lines(scarf, scarf, { ...scarf, price: { amount: -1, currency: 'EUR' } }),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(refusal).toMatchObject({ status: 400, body: { errors: [{ field: 'line 3.price.amount' }] } });
    expect(gateway.requests.imported).toHaveLength(before);
    await gateway.requests.importBroken;
  });
});

describe('orders', () => {
  test('are placed for the customer of the token', async () => {
    const placed = await ask('POST', '/v1/orders', {
      token: await gateway.token(),
      headers: { 'idempotency-key': 'key-1' },
      body: order,
    });
    expect(placed.status).toBe(201);
    expect(placed.headers.get('location')).toBe(`/v1/orders/${ORDER_ID}`);
    expect(placed.body).toEqual({
      id: ORDER_ID,
      status: 'pending',
      total: { amount: 1250, currency: 'EUR' },
      items: [
        { productId: PRODUCT_ID, quantity: 2, name: 'Scarf', unitPrice: { amount: 1250, currency: 'EUR' } },
      ],
    });
    expect(gateway.requests.orders).toContainEqual({
      customerId: CUSTOMER_ID,
      idempotencyKey: 'key-1',
      items: cart.items,
      paymentToken: 'tok_ok',
    });
  });

  test.each([undefined, 'two words', 'k'.repeat(256), 'schlüssel'.normalize()])(
    'are rejected with the idempotency key %p',
    async (key) => {
      const refusal = await ask('POST', '/v1/orders', {
        token: await gateway.token(),
        ...(key !== undefined && { headers: { 'idempotency-key': key } }),
        body: order,
      });
      expect(refusal.status).toBe(400);
      expect(refusal.body.code).toBe(key === undefined ? 'idempotency-key-missing' : 'invalid-request');
    },
  );

  test('are placed with the total that the customer agreed to, which the order service compares', async () => {
    const token = await gateway.token();
    const place = (expectedTotal: unknown) =>
      ask('POST', '/v1/orders', {
        token,
        headers: { 'idempotency-key': 'agreed' },
        body: {
          items: [{ productId: PRODUCT_ID, quantity: 2 }],
          payment: { token: 'tok_ok' },
          expectedTotal,
        },
      });
    const expectedTotal = { amount: 1_250, currency: 'EUR' };
    expect((await place(expectedTotal)).status).toBe(201);
    expect(gateway.requests.orders.at(-1)).toMatchObject({ idempotencyKey: 'agreed', expectedTotal });
    for (const wrong of [{ amount: -1, currency: 'EUR' }, { amount: 1, currency: 'XXX' }, 1_250, null])
      expect((await place(wrong)).status).toBe(400);
  });

  test('are listed and read, and those of another customer are not found', async () => {
    const token = await gateway.token();
    expect(await ask('GET', '/v1/orders', { token })).toMatchObject({
      status: 200,
      body: { nextCursor: null },
    });
    expect((await ask('GET', `/v1/orders/${ORDER_ID}`, { token })).body).toMatchObject({
      status: 'cancelled',
      reason: 'declined',
      placedAt: '2026-01-02T03:04:05.000Z',
    });
    expect((await ask('GET', `/v1/orders/${UNKNOWN_ID}`, { token })).status).toBe(404);
    expect((await ask('GET', `/v1/orders/${UNKNOWN_ID}/events`, { token })).status).toBe(404);
    expect((await ask('GET', '/v1/notifications', { token })).body.items).toHaveLength(1);
  });

  test('are quoted cart by cart, and a later error is the last line', async () => {
    const answer = await ask('POST', '/v1/quotes', {
      body: lines(cart, { items: [{ productId: UNKNOWN_ID, quantity: 1 }] }),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(answer.status).toBe(200);
    const [quote, problem] = answer.body
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line));
    expect(quote).toMatchObject({ total: { amount: 1250, currency: 'EUR' }, short: [] });
    expect(problem).toMatchObject({ code: 'unknown-product', status: 422 });
  });
});

describe('the gateway', () => {
  test('rejects an unsupported method with 405 and the supported methods', async () => {
    const refusal = await ask('DELETE', '/v1/orders');
    expect(refusal).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(refusal.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
    const options = await ask('OPTIONS', '/v1/products/import');
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });

  test.each(['/', '/v1/Products', '/v1/products/', '/v1%2fproducts', '/v2/products', '/__proto__'])(
    'responds to the unknown path %s with 404',
    async (path) => {
      expect(await ask('GET', path)).toMatchObject({
        status: 404,
        body: { code: 'not-found', instance: path },
      });
    },
  );

  test('keeps a valid request id, and returns a request id in every response', async () => {
    const response = await ask('GET', '/v1/products', { headers: { 'x-request-id': 'abc-1' } });
    expect(response.headers.get('x-request-id')).toBe('abc-1');
    const replaced = await ask('GET', '/v1/products', { headers: { 'x-request-id': 'a b"c' } });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(replaced.headers.get('x-content-type-options')).toBe('nosniff');
    expect(replaced.headers.get('x-powered-by')).toBeNull();
  });
});
