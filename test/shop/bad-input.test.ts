import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, ask, Customer } from './customer.ts';
import { type RunningShop, startShop } from './running-shop.ts';
import { fingerprint } from './stores.ts';

let shop: RunningShop;
let customer: Customer;
let admin: Customer;
let productId: string;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  shop = await startShop();
  admin = await Customer.signIn(shop.gateway, shop.admin);
  customer = await Customer.register(shop.gateway);
  productId = (await ask(shop.gateway, 'GET', '/v1/products?limit=1')).body.items[0].id;
  before = await fingerprint(shop);
});

afterAll(() => shop?.stop(), 60_000);

function order(body: unknown, headers: Record<string, string> = { 'idempotency-key': randomUUID() }) {
  return customer.send('POST', '/v1/orders', body, headers);
}

function oneItem(quantity: unknown, id = productId, token: unknown = 'tok_ok') {
  return { items: [{ productId: id, quantity }], payment: { token } };
}

const signature = Buffer.from('{"alg":"none"}').toString('base64url');

const REFUSALS: readonly (readonly [string, number, string, () => Promise<Answer>])[] = [
  ['a negative quantity', 400, 'invalid-request', () => order(oneItem(-1))],
  ['a huge quantity', 400, 'invalid-request', () => order(oneItem(2 ** 53))],
  ['a fractional quantity', 400, 'invalid-request', () => order(oneItem(1.5))],
  ['a quantity in words', 400, 'invalid-request', () => order(oneItem('one'))],
  ['more than the stock', 409, 'out-of-stock', () => order(oneItem(1_000))],
  ['an unknown product', 422, 'unknown-product', () => order(oneItem(1, randomUUID()))],
  [
    'an unknown payment token',
    422,
    'unknown-payment-token',
    () => order(oneItem(1, productId, 'tok_nobody')),
  ],
  [
    'SQL in a payment token',
    422,
    'unknown-payment-token',
    () => order(oneItem(1, productId, "'; DROP TABLE payment")),
  ],
  ['SQL in a product id', 400, 'invalid-request', () => order(oneItem(1, "1' OR '1'='1"))],
  ['an empty order', 400, 'invalid-request', () => order({ items: [], payment: { token: 'tok_ok' } })],
  ['an unknown field', 400, 'invalid-request', () => order({ ...oneItem(1), total: 1 })],
  ['a missing idempotency key', 400, 'idempotency-key-missing', () => order(oneItem(1), {})],
  [
    'an idempotency key of 256 characters',
    400,
    'invalid-request',
    () => order(oneItem(1), { 'idempotency-key': 'k'.repeat(256) }),
  ],
  ['malformed JSON', 400, 'malformed-body', () => order('{"items": [')],
  ['a body of 2 MB', 413, 'body-too-large', () => order(JSON.stringify({ items: 'x'.repeat(2_000_000) }))],
  [
    'an XML body',
    415,
    'unsupported-media-type',
    () => order('<order/>', { 'content-type': 'application/xml', 'idempotency-key': 'x' }),
  ],
  [
    'a missing token',
    401,
    'unauthenticated',
    () => ask(shop.gateway, 'POST', '/v1/orders', { body: oneItem(1) }),
  ],
  [
    'a token without a signature',
    401,
    'invalid-token',
    () => ask(shop.gateway, 'GET', '/v1/orders', { token: `${signature}.${customer.token.split('.')[1]}.` }),
  ],
  [
    'a token with a changed payload',
    401,
    'invalid-token',
    () => ask(shop.gateway, 'GET', '/v1/orders', { token: customer.token.replace(/\.[^.]*\./, '.e30.') }),
  ],
  [
    'a product added by a customer',
    403,
    'forbidden',
    () =>
      customer.send('POST', '/v1/products', {
        name: 'Mine',
        description: '',
        price: { amount: 1, currency: 'EUR' },
        stock: 1,
      }),
  ],
  [
    'a negative price',
    400,
    'invalid-request',
    () =>
      admin.send('POST', '/v1/products', {
        name: 'Free',
        description: '',
        price: { amount: -1, currency: 'EUR' },
        stock: 1,
      }),
  ],
  [
    'a negative stock',
    400,
    'invalid-request',
    () => admin.send('PUT', `/v1/products/${productId}/stock`, { quantity: -1 }),
  ],
  [
    'a stock of 2^40',
    400,
    'invalid-request',
    () => admin.send('PUT', `/v1/products/${productId}/stock`, { quantity: 2 ** 40 }),
  ],
  [
    'a short password',
    400,
    'invalid-request',
    () =>
      ask(shop.gateway, 'POST', '/v1/users', {
        body: { email: 'a@b.example', password: 'short', name: 'A' },
      }),
  ],
  [
    'a NUL in a name',
    400,
    'invalid-request',
    () =>
      ask(shop.gateway, 'POST', '/v1/users', {
        body: { email: 'a@b.example', password: 'long enough', name: 'A\0' },
      }),
  ],
  [
    'an email address in use',
    409,
    'email-taken',
    () =>
      ask(shop.gateway, 'POST', '/v1/users', {
        body: { email: customer.email.toUpperCase(), password: 'long enough', name: 'A' },
      }),
  ],
  [
    'a wrong password',
    401,
    'wrong-credentials',
    () =>
      ask(shop.gateway, 'POST', '/v1/sessions', { body: { email: customer.email, password: "' OR 1=1 --" } }),
  ],
  [
    'an import with a bad third line',
    400,
    'invalid-request',
    () =>
      admin.send('POST', '/v1/products/import', `${ndjson(2)}{"name": 7}\n`, {
        'content-type': 'application/x-ndjson',
      }),
  ],
  ['an unknown path', 404, 'not-found', () => customer.get('/v1/nothing')],
  ['SQL in an order id', 404, 'not-found', () => customer.get('/v1/orders/1;DELETE FROM orders')],
];

function ndjson(lines: number): string {
  const product = { name: 'Nut', description: 'M8', price: { amount: 10, currency: 'EUR' }, stock: 1 };
  return `${JSON.stringify(product)}\n`.repeat(lines);
}

describe('the shop rejects', () => {
  test.each(REFUSALS)('%s: %i %s', async (_, status, code, send) => {
    const answer = await send();

    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.body.detail).toEqual(expect.any(String));
  });

  test('invalid requests without changing any row of a database', async () => {
    for (const [, , , send] of REFUSALS) await send();

    expect(await fingerprint(shop)).toEqual(before);
  });
});
