import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requestPage } from './page-request.ts';
import { startStorefront, type TestStorefront } from './test-storefront.ts';

let shop: TestStorefront;
let productId: string;
beforeAll(async () => {
  shop = await startStorefront('web-catalogue');
  productId = await shop.makeProduct(3, 'Espresso cup', 'Stoneware.\n\nGlazed inside.');
  for (let count = 0; count < 29; count++) await shop.makeProduct(50, `Oak board ${count}`, 'Oiled.');
});
afterAll(() => shop.stop());

describe('the catalogue', () => {
  test('lists products in pages of 24, with their prices and what is left', async () => {
    const { status, body } = await shop.visitor().get('/');
    expect(status).toBe(200);
    expect(body.match(/class="card"/g)).toHaveLength(24);
    expect(body).toContain('Espresso cup');
    expect(body).toContain('€10.00');
    expect(body).toContain('Only 3 left');
    const [, next = ''] = /rel="next" href="([^"]+)"/.exec(body) ?? [];
    const second = await shop.visitor().get(next.replaceAll('&#38;', '&'));
    expect(second.body.match(/class="card"/g)).toHaveLength(6);
    expect(second.body).toContain('First page');
    expect(second.body).not.toContain('rel="next"');
  });

  test('finds products by words, and says so if there are none', async () => {
    const cups = await shop.visitor().get('/?q=espresso');
    expect(cups.body.match(/class="card"/g)).toHaveLength(1);
    expect(cups.body).toContain('Results for “espresso”');
    const none = await shop.visitor().get('/?q=no+such+thing');
    expect(none.status).toBe(200);
    expect(none.body).toContain('No product matches “no such thing”.');
  });

  test.each(['/?q=%00', `/?q=${'x'.repeat(201)}`, '/?cursor=nonsense', '/?q=%ff', '/?q=1&q=2'])(
    'answers %s with a page and status 400',
    async (path) => {
      const { status, body, headers } = await shop.visitor().get(path);
      expect(status).toBe(400);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(body).toContain('<h1');
    },
  );

  test.each([
    '/products/nonsense',
    '/products/01935a1e-7c1f-7e0a-9f3a-000000000000',
    '/nowhere',
    '/Cart',
    '/%ff',
  ])('answers %s with a page and status 404', async (path) => {
    const { status, body } = await shop.visitor().get(path);
    expect(status).toBe(404);
    expect(body).toContain('This page does not exist');
  });

  test('answers a method that a page does not have with 405 and the methods that it has', async () => {
    const response = await requestPage(shop.url, 'PUT', '/cart');
    expect([response.status, response.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test('answers HEAD like GET, without a body', async () => {
    const response = await requestPage(shop.url, 'HEAD', `/products/${productId}`);
    expect([response.status, response.size]).toEqual([200, 0]);
    expect(Number(response.headers['content-length'])).toBeGreaterThan(1_000);
  });

  test.each([
    ['de-DE,de;q=0.9', '10,00\u00a0€'],
    ['en-US', '€10.00'],
    ['fr', '10,00\u00a0€'],
    ['xx-nonsense, ja;q=0.5', '€10.00'],
    ['ar-EG-u-nu-arab', '10'],
  ])('formats prices for %s', async (language, price) => {
    const { body } = await shop.visitor({ 'accept-language': language }).get(`/products/${productId}`);
    expect(body).toContain(price);
  });
});

describe('a page', () => {
  test('has an ETag for visitors without cookies, and is not sent again while it is unchanged', async () => {
    const first = await shop.visitor().get('/');
    expect(first.headers['cache-control']).toBe('public, no-cache');
    expect(first.headers.vary).toBe('accept-encoding, accept-language, cookie');
    const tag = first.headers.etag ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    const second = await shop.visitor().get('/', { 'if-none-match': `"other", ${tag}` });
    expect([second.status, second.size, second.headers.etag]).toEqual([304, 0, tag]);
    const german = await shop.visitor({ 'accept-language': 'de' }).get('/', { 'if-none-match': tag });
    expect(german.status).toBe(200);
  });

  test('is stored by no cache for a visitor who is signed in or has a cart', async () => {
    const customer = await shop.customer();
    const { headers } = await customer.get('/', { 'if-none-match': '*' });
    expect([headers['cache-control'], headers.etag]).toEqual(['private, no-store', undefined]);
    const visitor = shop.visitor();
    await visitor.post('/cart/items', { product: productId, quantity: 1 });
    expect((await visitor.get('/')).headers['cache-control']).toBe('private, no-store');
  });

  test.each(['br', 'gzip'])('is compressed with %s', async (encoding) => {
    const plain = await shop.visitor().get('/');
    const compressed = await shop.visitor({ 'accept-encoding': `${encoding}, deflate` }).get('/');
    expect(compressed.headers['content-encoding']).toBe(encoding);
    expect(compressed.body).toBe(plain.body);
    expect(compressed.size).toBeLessThan(plain.size / 3);
    const refusal = await shop.visitor({ 'accept-encoding': `${encoding};q=0` }).get('/');
    expect(refusal.headers['content-encoding']).toBeUndefined();
  });

  test('transfers less than 50 KB with everything that it needs for the first view', async () => {
    const visitor = shop.visitor({ 'accept-encoding': 'br' });
    const page = await visitor.get('/');
    const eager = page.body.replaceAll(/<img[^>]*loading="lazy"[^>]*>/g, '');
    const paths = new Set(
      [...eager.matchAll(/(?:href|src)="(\/(?:assets|pictures)\/[^"]+)"/g)].map(([, path = '']) => path),
    );
    expect(paths.size).toBeGreaterThan(3);
    const files = await Promise.all([...paths].map((path) => visitor.get(path)));
    expect(files.map(({ status }) => status)).toEqual(files.map(() => 200));
    const bytes = [page, ...files].reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeLessThan(50_000);
  });

  test('has files that browsers may keep for a year, because their paths change with their content', async () => {
    const { body } = await shop.visitor().get(`/products/${productId}`);
    const paths = [...body.matchAll(/"(\/(?:assets|pictures)\/[^"]+)"/g)].map(([, path = '']) => path);
    for (const path of paths) {
      const { status, headers } = await shop.visitor().get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-type']).toMatch(/^(text\/css|text\/javascript|image\/svg\+xml)/);
    }
    expect((await shop.visitor().get('/assets/shop-000000000000.css')).status).toBe(404);
    expect((await shop.visitor().get('/assets/..%2fmain.ts')).status).toBe(404);
    expect((await shop.visitor().get('/pictures/constructor-0-1.svg')).status).toBe(404);
  });

  test('allows no script and no style but its own files', async () => {
    const paths = ['/', `/products/${productId}`, '/cart', '/sign-in', '/sign-up', '/nowhere'];
    for (const path of paths) {
      const { headers, body } = await shop.visitor().get(path);
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?! type="module" src="\/assets\/)/);
    }
  });
});

test('the event stream of a stock has the current stock and its changes, and ends with the process', async () => {
  const id = await shop.makeProduct(9);
  const response = await fetch(`${shop.url}/products/${id}/stock/events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    if (!text) await shop.order.product.client.setStock({ id, quantity: 2 });
    text += chunk;
    if (text.includes('Only 2 left')) break;
  }
  expect(text).toContain('"label":"In stock, 9 units"');
  expect((await shop.visitor().get('/products/nonsense/stock/events')).status).toBe(404);
});
