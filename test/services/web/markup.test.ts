import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStorefront, type TestStorefront } from './test-storefront.ts';

const SCRIPTS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus='alert(1)' autofocus x='",
  '</textarea></title><svg onload=alert(1)>',
  '&lt;b&gt;{{constructor.alert(1)}}',
];

let shop: TestStorefront;
beforeAll(async () => {
  shop = await startStorefront('web-markup');
});
afterAll(() => shop.stop());

/** Expects a page to have no element and no attribute that a visitor wrote. */
function expectHarmless(page: string, text: string): void {
  expect(page).not.toContain(text);
  expect(page).not.toMatch(/<script(?! type="module" src="\/assets\/)/);
  expect(page).not.toMatch(/<(?:img src=x|svg onload|b>)/);
  const withoutValues = page.replaceAll(/="[^"]*"/g, '=""');
  expect(withoutValues).not.toMatch(/<[^>]*\s(?:onerror|onfocus|onload|autofocus)[=\s>]/);
}

describe.each(SCRIPTS)('the text %j', (text) => {
  test('in a product, its description and the cart is shown as text', async () => {
    const id = await shop.makeProduct(5, text, text);
    const visitor = await shop.customer();
    await visitor.post('/cart/items', { product: id, quantity: 1 });
    const order = await visitor.get('/checkout');
    const pages = ['/', `/products/${id}`, '/cart', '/?q=alert'];
    for (const path of pages) {
      const { status, body } = await visitor.get(path);
      expect([path, status]).toEqual([path, 200]);
      expectHarmless(body, text);
      expect(body).toContain('alert');
    }
    expectHarmless(order.body, text);
  });

  test('in each field of a form and each parameter of a page is shown as text', async () => {
    const visitor = shop.visitor();
    const encoded = encodeURIComponent(text);
    for (const path of [
      `/?q=${encoded}`,
      `/sign-in?return=${encoded}`,
      `/sign-up?return=${encoded}`,
      `/${encoded}`,
    ])
      expectHarmless((await visitor.get(path)).body, text);
    const fields = { name: text, email: text, password: text, return: text };
    for (const path of ['/sign-in', '/sign-up'])
      expectHarmless((await visitor.post(path, fields)).body, text);
    expectHarmless((await visitor.post('/cart/items', { product: text, quantity: text })).body, text);
    const admin = await shop.customer({ role: 'admin' });
    const product = { name: text, description: text, amount: text, currency: text, stock: text };
    expectHarmless((await admin.post('/admin/products', product)).body, text);
    expectHarmless((await admin.post('/admin/products', { ...product, currency: 'EUR' })).body, text);
    expectHarmless((await admin.post('/admin/products/import', { products: text })).body, text);
    expectHarmless((await admin.get(`/admin?q=${encoded}&imported=${encoded}`)).body, text);
    const checkout = await shop.customer();
    await checkout.post('/cart/items', { product: await shop.makeProduct(5), quantity: 1 });
    expectHarmless(
      (await checkout.post('/checkout', { key: text, token: text, amount: text, currency: text })).body,
      text,
    );
  });

  test('in a notification is shown as text', async () => {
    shop.notifications.push(text);
    const customer = await shop.customer();
    const { body } = await customer.get('/notifications');
    expectHarmless(body, text);
    expect(body).toContain('alert');
  });
});
