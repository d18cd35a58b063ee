import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestVisitor } from './page-request.ts';
import { startStorefront, type TestStorefront } from './test-storefront.ts';

let shop: TestStorefront;
let admin: TestVisitor;
beforeAll(async () => {
  shop = await startStorefront('web-admin');
  admin = await shop.customer({ role: 'admin' });
});
afterAll(() => shop.stop());

const PRODUCT = { name: 'Scarf', description: 'Woven.', amount: '39.90', currency: 'EUR', stock: '12' };

const line = (name: string, fields: object = {}) =>
  JSON.stringify({ name, description: '', price: { amount: 100, currency: 'EUR' }, stock: 1, ...fields });

async function count(): Promise<number> {
  const { rows } = await shop.order.product.pool.query('SELECT count(*)::int FROM product');
  return rows[0].count;
}

describe('an admin', () => {
  test('creates a product, and sets its stock', async () => {
    const page = await admin.submit('/admin/products', PRODUCT);
    expect(page.body).toContain('€39.90');
    const [, id = ''] = /name="product" value="([^"]+)"/.exec(page.body) ?? [];
    const list = await admin.submit(`/admin/products/${id}/stock`, { quantity: 7 });
    expect(list.body).toContain(
      `id="stock-${id}" name="quantity" type="number" min="0" max="1000000" value="7"`,
    );
  });

  test.each([
    ['amount', 'nine', 'Write the price like 12.50, in EUR.'],
    ['amount', '1.234', 'Write the price like 12.50, in EUR.'],
    ['amount', '-1', 'Write the price like 12.50, in EUR.'],
    ['stock', '1.5', 'Use a whole number of units'],
    ['stock', '-1', 'Use a whole number of units'],
    ['currency', 'XXX', 'Choose a currency.'],
    ['name', ' ', 'The name is blank'],
    ['name', 'x'.repeat(201), 'The name must be at most 200 characters long'],
  ])('sees why a product with the %s %j is refused, and what was typed', async (field, value, message) => {
    const before = await count();
    const { status, body } = await admin.post('/admin/products', { ...PRODUCT, [field]: value });
    expect(status).toBe(422);
    expect(body).toContain(message);
    expect(body).toContain('Woven.');
    expect(await count()).toBe(before);
  });

  test('imports all products of a text, or none', async () => {
    const before = await count();
    const page = await admin.submit('/admin/products/import', {
      products: `${line('One')}\r\n\r\n${line('Two')}\n`,
    });
    expect(page.body).toContain('2 products were imported.');
    const refusal = await admin.post('/admin/products/import', { products: `${line('Three')}\n\n{"name":` });
    expect(refusal.status).toBe(422);
    expect(refusal.body).toContain('Nothing was imported.');
    expect(refusal.body).toContain('in line 3');
    expect(await count()).toBe(before + 2);
  });

  test('imports a file as it arrives, and sees the line of an error', async () => {
    const send = (body: string) => admin.send('/admin/products/import/lines', 'application/x-ndjson', body);
    const before = await count();
    const many = Array.from({ length: 1_200 }, (_, index) => line(`Part ${index}`)).join('\n');
    const accepted = await send(many);
    expect([accepted.status, JSON.parse(accepted.body)]).toEqual([201, { imported: 1_200 }]);
    const refusal = await send(`${line('A')}\n${line('B', { price: { amount: 1, currency: 'XXX' } })}\n`);
    expect(refusal.status).toBe(422);
    expect(JSON.parse(refusal.body).message).toContain('Line 2.price.currency');
    expect((await send(line('C', { stock: 1e12 }))).status).toBe(422);
    expect(await count()).toBe(before + 1_200);
  });
});
