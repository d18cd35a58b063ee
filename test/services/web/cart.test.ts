import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import type { TestVisitor } from './page-request.ts';
import { startStorefront, type TestStorefront } from './test-storefront.ts';

let shop: TestStorefront;
let cup: string;
let pot: string;
beforeAll(async () => {
  shop = await startStorefront('web-cart');
  cup = await shop.makeProduct(50);
  pot = await shop.makeProduct(50, 'Enamel pot');
});
afterAll(() => shop.stop());

const add = (visitor: TestVisitor, product: string, quantity: number | string = 1) =>
  visitor.post('/cart/items', { product, quantity });

/** Adds a line for a product that no longer exists. */
async function addMissing(visitor: TestVisitor): Promise<string> {
  const id = uuidv7();
  const cartId = visitor.cookies.get('weft-cart');
  await shop.pool.query(
    'INSERT INTO cart_item (cart_id, product_id, quantity, name) VALUES ($1, $2, 1, $3)',
    [cartId, id, 'Old lamp'],
  );
  return id;
}

describe('the cart', () => {
  test('has the products, sums and the total at current prices', async () => {
    const visitor = shop.visitor();
    const added = await add(visitor, cup, 2);
    expect([added.status, added.headers.location]).toEqual([303, '/cart']);
    expect(added.setCookies[0]).toMatch(
      /^weft-cart=[\da-f-]{36}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Lax$/,
    );
    await add(visitor, pot);
    await add(visitor, cup);
    const { body } = await visitor.get('/cart');
    expect(body).toContain('€40.00');
    expect(body).toContain('value="3"');
    expect(body).toMatch(/data-cart-units>4</);
    await visitor.post(`/cart/items/${cup}`, { quantity: 5, action: 'update' });
    expect((await visitor.get('/cart')).body).toContain('€60.00');
    await visitor.post(`/cart/items/${cup}`, { quantity: 5, action: 'remove' });
    const after = await visitor.get('/cart');
    expect(after.body).not.toContain(cup);
    expect(after.body).toContain('Enamel pot');
  });

  test('is empty for a visitor without a cookie, and for a forged one, which chooses no id', async () => {
    const visitor = shop.visitor();
    expect((await visitor.get('/cart')).body).toContain('Your cart is empty.');
    const forged = uuidv7();
    for (const value of [forged, 'nonsense', `${forged}'; DROP TABLE cart; --`]) {
      visitor.cookies.set('weft-cart', value);
      expect((await visitor.get('/cart')).body).toContain('Your cart is empty.');
      await add(visitor, cup);
      expect(visitor.cookies.get('weft-cart')).not.toBe(value);
    }
  });

  test.each(['0', '-1', '1.5', '1001', '1e3', 'one', ''])('refuses the quantity %j', async (quantity) => {
    const visitor = shop.visitor();
    const refusal = await add(visitor, cup, quantity);
    expect(refusal.status).toBe(422);
    expect(refusal.body).toContain('Order 1 to 1,000 units of each product.');
  });

  test('holds at most 1,000 units of a product', async () => {
    const visitor = shop.visitor();
    await add(visitor, cup, 999);
    expect((await add(visitor, cup, 1)).status).toBe(303);
    expect((await add(visitor, cup, 1)).status).toBe(422);
  });

  test('accepts 100 of 110 lines, and names the limit for the others', async () => {
    const ids = await Promise.all(
      Array.from({ length: 110 }, (_, index) => shop.makeProduct(5, `Part ${index}`)),
    );
    const visitor = shop.visitor();
    const statuses: number[] = [];
    for (const id of ids) {
      const { status, body } = await add(visitor, id);
      statuses.push(status);
      if (status === 422) expect(body).toContain('A cart holds up to 100 different products.');
    }
    expect(statuses).toEqual([...Array(100).fill(303), ...Array(10).fill(422)]);
    const page = await visitor.get('/cart', { 'accept-encoding': 'br' });
    expect(page.body.match(/data-line=/g)).toHaveLength(100);
    expect(page.size).toBeLessThan(20_000);
  });

  test('with 1,000 lines, which only a changed database has, is shown and cannot be ordered', async () => {
    const customer = await shop.customer();
    await add(customer, cup);
    const { rows } = await shop.order.product.pool.query<{ id: string }>(`
      INSERT INTO product (id, name, description, price_amount, price_currency, stock)
      SELECT gen_random_uuid(), 'Part ' || n, '', 10, 'EUR', 5 FROM generate_series(1, 999) AS n RETURNING id`);
    await shop.pool.query(
      `INSERT INTO cart_item (cart_id, product_id, quantity, name)
       SELECT $1, id, 1, 'Part' FROM unnest($2::uuid[]) AS part (id)`,
      [customer.cookies.get('weft-cart'), rows.map(({ id }) => id)],
    );
    const { status, body } = await customer.get('/cart');
    expect(status).toBe(200);
    expect(body.match(/data-line=/g)).toHaveLength(1_000);
    expect(body).toContain('This cart cannot be ordered.');
    expect((await customer.get('/checkout')).status).toBe(409);
    await customer.post(`/cart/items/${cup}`, { action: 'remove' });
    expect((await customer.get('/cart')).body.match(/data-line=/g)).toHaveLength(999);
  });

  test('decides concurrent additions of the last free line one after the other', async () => {
    const visitor = shop.visitor();
    await add(visitor, cup);
    const cartId = visitor.cookies.get('weft-cart');
    await shop.pool.query(
      `INSERT INTO cart_item (cart_id, product_id, quantity, name)
       SELECT $1, gen_random_uuid(), 1, 'Part' FROM generate_series(1, 98)`,
      [cartId],
    );
    const ids = await Promise.all(Array.from({ length: 8 }, () => shop.makeProduct(5)));
    await Promise.all(ids.map((id) => add(visitor, id)));
    const { rows } = await shop.pool.query('SELECT count(*)::int FROM cart_item WHERE cart_id = $1', [
      cartId,
    ]);
    expect(rows).toEqual([{ count: 100 }]);
  });

  test('names a product that was deleted, without a price, and lets the customer remove it', async () => {
    const customer = await shop.customer();
    await add(customer, cup, 2);
    const missing = await addMissing(customer);
    const { status, body } = await customer.get('/cart');
    expect(status).toBe(200);
    expect(body).toContain('Old lamp');
    expect(body).toContain('No longer available');
    expect(body).toContain('€20.00');
    expect((await customer.get('/checkout')).status).toBe(409);
    await customer.post(`/cart/items/${missing}`, { action: 'remove' });
    expect((await customer.get('/checkout')).status).toBe(200);
    expect((await customer.get(`/products/${missing}`)).status).toBe(404);
    expect((await add(customer, missing)).status).toBe(404);
  });

  test('of deleted products only can still be shown and emptied', async () => {
    const visitor = shop.visitor();
    await add(visitor, cup);
    const missing = await addMissing(visitor);
    await visitor.post(`/cart/items/${cup}`, { action: 'remove' });
    expect((await visitor.get('/cart')).body).toContain('Old lamp');
    await visitor.post(`/cart/items/${missing}`, { action: 'remove' });
    expect((await visitor.get('/cart')).body).toContain('Your cart is empty.');
  });

  test('says which products are short, and which have another currency', async () => {
    const customer = await shop.customer();
    const rare = await shop.makeProduct(1, 'Rare vase');
    await add(customer, rare, 2);
    expect((await customer.get('/cart')).body).toContain('Fewer in stock than you want');
    expect((await customer.get('/checkout')).status).toBe(409);
    const yen = await shop.order.product.make(5, 'JPY');
    await add(customer, yen);
    const { body } = await customer.get('/cart');
    expect(body).toContain('The products are priced in different currencies.');
    expect(body).toContain('¥1,000');
  });

  test('that is open receives new prices and stock over its event stream', async () => {
    const visitor = shop.visitor();
    const lamp = await shop.makeProduct(4, 'Lamp');
    await add(visitor, lamp, 2);
    const cookie = `weft-cart=${visitor.cookies.get('weft-cart')}`;
    const response = await fetch(`${shop.url}/cart/events`, { headers: { cookie } });
    let text = '';
    let step = 0;
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (step === 0 && text.includes('"total":"€20.00"')) {
        step = 1;
        await shop.setPrice(lamp, 1_250);
      } else if (step === 1 && text.includes('"total":"€25.00"')) {
        step = 2;
        await shop.order.product.client.setStock({ id: lamp, quantity: 1 });
      } else if (step === 2 && text.includes('Fewer in stock than you want')) {
        step = 3;
        await addMissing(visitor);
      } else if (step === 3 && text.includes('No longer available')) break;
    }
    expect(step).toBe(3);
  });
});
