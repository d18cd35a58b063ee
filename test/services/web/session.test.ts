import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { safeReturnPath } from '../../../services/web/http/return-path.ts';
import { placing } from '../order/order-harness.ts';
import { requestPage } from './page-request.ts';
import { startStorefront, type TestStorefront } from './test-storefront.ts';

let shop: TestStorefront;
let productId: string;
beforeAll(async () => {
  shop = await startStorefront('web-session', { WEFT_PROXY_HOPS: '1' });
  productId = await shop.makeProduct(50);
});
afterAll(() => shop.stop());

const ACCOUNT = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };

describe('an account', () => {
  test('is created, signed in and signed out by forms', async () => {
    const visitor = shop.visitor();
    const registered = await visitor.post('/sign-up', { ...ACCOUNT, return: '/orders' });
    expect([registered.status, registered.headers.location]).toEqual([303, '/orders']);
    const [cookie = ''] = registered.setCookies;
    expect(cookie).toMatch(/^weft-session=[\w.-]+; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax$/);
    expect((await visitor.get('/orders')).body).toContain('Sign out');
    const out = await visitor.post('/sign-out', {});
    expect(out.setCookies[0]).toMatch(/^weft-session=; Path=\/; Max-Age=0/);
    expect((await visitor.get('/orders')).headers.location).toBe('/sign-in?return=%2Forders');
    const back = await visitor.submit('/sign-in', { ...ACCOUNT, return: '/notifications' });
    expect(back.body).toContain('Notifications');
  });

  test('has a cookie that browsers send over HTTPS only, if the request came over HTTPS', async () => {
    const visitor = shop.visitor({ 'x-forwarded-proto': 'https', host: 'shop.example' });
    const fields = { name: 'Eve', email: 'eve@example.com', password: 'correct horse battery' };
    const { setCookies, headers } = await visitor.post('/sign-up', fields, {
      origin: 'https://shop.example',
    });
    expect(setCookies[0]).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test('keeps what was typed, except the password, if the form is refused', async () => {
    const visitor = shop.visitor();
    await visitor.post('/sign-up', { ...ACCOUNT, email: 'twice@example.com' });
    const duplicate = await shop.visitor().post('/sign-up', { ...ACCOUNT, email: 'twice@example.com' });
    expect(duplicate.status).toBe(422);
    expect(duplicate.body).toContain('An account with this email address already exists.');
    expect(duplicate.body).toContain('value="twice@example.com"');
    expect(duplicate.body).not.toContain(ACCOUNT.password);
    const wrong = await shop.visitor().post('/sign-in', { email: 'twice@example.com', password: 'wrong' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('role="alert"');
    expect(wrong.setCookies).toEqual([]);
  });
});

describe('a session cookie', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hour = Math.floor(Date.now() / 1_000) + 3_600;
  const claims = { iss: 'https://shop.example', aud: 'shop', sub: uuidv7(), role: 'admin', exp: hour };

  const forgeries: Readonly<Record<string, () => Promise<string> | string>> = {
    'that is not a token': () => 'nonsense',
    'with the algorithm none': () => `${base64({ alg: 'none' })}.${base64(claims)}.`,
    'that has expired': () => shop.token({ exp: Math.floor(Date.now() / 1_000) - 1 }),
    'of another issuer': () => shop.token({ iss: 'https://elsewhere.example' }),
    'for another audience': () => shop.token({ aud: 'bank' }),
    'with altered claims': async () => {
      const [head, , signature] = (await shop.token()).split('.');
      return `${head}.${base64(claims)}.${signature}`;
    },
  };
  test.each(Object.keys(forgeries))('%s is deleted, and shows no account', async (kind) => {
    const cookie = `weft-session=${await forgeries[kind]?.()}`;
    const page = await requestPage(shop.url, 'GET', '/', { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.body).toContain('Sign in');
    expect(page.setCookies).toEqual([expect.stringMatching(/^weft-session=; .*Max-Age=0/)]);
    for (const path of ['/orders', '/admin', '/checkout', '/notifications']) {
      const { status, headers } = await requestPage(shop.url, 'GET', path, { headers: { cookie } });
      expect([status, headers.location]).toEqual([303, `/sign-in?return=${encodeURIComponent(path)}`]);
    }
  });

  test('of a customer shows no order of another customer, and not the pages of admins', async () => {
    const owner = uuidv7();
    const { order } = await shop.order.client.placeOrder(
      placing({ customerId: owner, items: [{ productId, quantity: 1 }] }),
    );
    const path = `/orders/${order?.id}`;
    expect((await (await shop.customer({ sub: owner })).get(path)).status).toBe(200);
    const other = await shop.customer();
    expect((await other.get(path)).status).toBe(404);
    expect((await other.get(`${path}/events`)).status).toBe(404);
    expect((await other.post(`${path}/cart`, {})).status).toBe(404);
    expect((await other.get('/admin')).status).toBe(403);
    expect((await other.post('/admin/products', {})).status).toBe(403);
  });

  test('is never part of a page', async () => {
    const customer = await shop.customer();
    const token = customer.cookies.get('weft-session') ?? '';
    for (const path of ['/', '/orders', '/cart', '/notifications'])
      expect((await customer.get(path)).body).not.toContain(token);
  });
});

describe('a form', () => {
  const post = (headers: Readonly<Record<string, string>>) =>
    requestPage(shop.url, 'POST', '/cart/items', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: `product=${productId}&quantity=1`,
    });

  test.each([
    ['of another site', { origin: 'https://evil.example' }],
    ['of a page without an origin', { origin: 'null' }],
    ['of the same host with another port', { origin: 'http://127.0.0.1:1' }],
    ['of a subdomain', { origin: 'http://x.127.0.0.1' }],
    ['that names no origin', {}],
    ['that names no origin, of another site', { 'sec-fetch-site': 'cross-site' }],
    ['that names no origin, of another host of the site', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused', async (_, headers) => {
    const response = await post(headers);
    expect(response.status).toBe(403);
    expect(response.setCookies).toEqual([]);
    expect(response.body).toContain('You may not do this');
  });

  test('of the own origin is accepted, with any of the headers that browsers send', async () => {
    expect((await post({ origin: shop.url })).status).toBe(303);
    expect((await post({ origin: shop.url, 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect((await post({ origin: shop.url, 'sec-fetch-site': 'none' })).status).toBe(303);
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect((await post({ 'sec-fetch-site': 'none' })).status).toBe(403);
    expect((await post({ origin: 'https://shop.example', host: 'shop.example' })).status).toBe(303);
    expect((await post({ origin: shop.url, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test.each([
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json', 415],
  ])('of type %s is refused with %i', async (type, status) => {
    expect((await shop.visitor().send('/cart/items', type, 'product=1')).status).toBe(status);
  });

  test('of more than 16 KiB is refused with 413', async () => {
    expect((await shop.visitor().post('/sign-in', { email: 'x'.repeat(20_000) })).status).toBe(413);
  });
});

test.each([
  ['/orders', '/orders'],
  ['/orders/1?a=b', '/orders/1?a=b'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/x\r\nset-cookie: a=b', '/'],
  ['/..//evil.example', '/'],
  ['', '/'],
])('signing in from %j returns to %s', (path, expected) => {
  expect(safeReturnPath(path)).toBe(expected);
});
