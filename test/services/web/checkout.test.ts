import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { eventually } from '../../until.ts';
import { fieldOf, type TestVisitor } from './page-request.ts';
import { startStorefront, type TestStorefront } from './test-storefront.ts';

let shop: TestStorefront;
beforeAll(async () => {
  shop = await startStorefront('web-checkout');
});
afterAll(() => shop.stop());

interface OpenCheckout {
  readonly customerId: string;
  readonly visitor: TestVisitor;
  readonly productId: string;
  /** Fields of the form as the page has them. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Opens the checkout of a new customer with two units of a new product. */
async function openCheckout(stock = 10): Promise<OpenCheckout> {
  const customerId = uuidv7();
  const visitor = await shop.customer({ sub: customerId });
  const productId = await shop.makeProduct(stock);
  await visitor.post('/cart/items', { product: productId, quantity: 2 });
  return { customerId, visitor, productId, fields: await checkoutFields(visitor) };
}

async function checkoutFields(visitor: TestVisitor): Promise<Readonly<Record<string, string>>> {
  const { body } = await visitor.get('/checkout');
  const names = ['key', 'amount', 'currency'];
  return { token: 'tok_ok', ...Object.fromEntries(names.map((name) => [name, fieldOf(body, name)])) };
}

async function ordersOf(
  customerId: string,
): Promise<readonly { id: string; total_amount: string; state: string }[]> {
  const { rows } = await shop.order.pool.query(
    'SELECT id, total_amount, state FROM orders WHERE customer_id = $1 ORDER BY id',
    [customerId],
  );
  return rows;
}

describe('the checkout', () => {
  test('places the order, empties the cart, and shows the order until it is confirmed', async () => {
    const { visitor, productId, fields } = await openCheckout();
    const page = await visitor.submit('/checkout', fields);
    expect(page.body).toContain('€20.00');
    const [, path = ''] = /action="(\/orders\/[\da-f-]{36})\/cart"/.exec(page.body) ?? [];
    expect((await visitor.get('/cart')).body).toContain('Your cart is empty.');
    const confirmed = await eventually(async () => {
      const { body } = await visitor.get(path);
      return body.includes('Confirmed') && body;
    });
    expect(confirmed).toContain('Your payment was received');
    expect(confirmed).not.toContain('data-order=');
    expect((await visitor.get('/orders')).body).toContain(path);
    expect(await shop.order.product.stock(productId)).toBe(8);
    const events = await visitor.get(`${path}/events`);
    expect(events.body).toContain('"status":"confirmed"');
  });

  test('places one order for a double click, a reload and the back button', async () => {
    const { customerId, visitor, productId, fields } = await openCheckout();
    const clicks = await Promise.all(Array.from({ length: 8 }, () => visitor.post('/checkout', fields)));
    const targets = new Set(clicks.map(({ headers }) => headers.location));
    expect([...targets]).toEqual([expect.stringMatching(/^\/orders\/[\da-f-]{36}$/)]);
    const again = await visitor.post('/checkout', fields);
    expect(again.headers.location).toBe([...targets][0]);
    expect(await ordersOf(customerId)).toHaveLength(1);
    expect(await shop.order.product.stock(productId)).toBe(8);
  });

  test('places one order if the first response was lost before the cart was emptied', async () => {
    const { customerId, visitor, productId, fields } = await openCheckout();
    const { order } = await shop.order.client.placeOrder({
      customerId,
      idempotencyKey: fields.key ?? '',
      items: [{ productId, quantity: 2 }],
      paymentToken: 'tok_ok',
      expectedTotal: { amount: 2_000, currency: 'EUR' },
    });
    const { headers } = await visitor.post('/checkout', fields);
    expect(headers.location).toBe(`/orders/${order?.id}`);
    expect(await ordersOf(customerId)).toHaveLength(1);
  });

  test('places no second order with another card, if the response to the first was lost', async () => {
    const { customerId, visitor, productId, fields } = await openCheckout();
    await shop.order.client.placeOrder({
      customerId,
      idempotencyKey: fields.key ?? '',
      items: [{ productId, quantity: 2 }],
      paymentToken: 'tok_slow',
      expectedTotal: { amount: 2_000, currency: 'EUR' },
    });
    const { headers } = await visitor.post('/checkout', fields);
    expect(headers.location).toBe('/orders');
    expect((await visitor.get('/cart')).body).toContain('Your cart is empty.');
    expect(await ordersOf(customerId)).toHaveLength(1);
  });

  test('has the same idempotency key after a reload, and another one after a change of the cart', async () => {
    const { visitor, productId, fields } = await openCheckout();
    expect(await checkoutFields(visitor)).toEqual(fields);
    await visitor.post(`/cart/items/${productId}`, { quantity: 3, action: 'update' });
    const changed = await checkoutFields(visitor);
    expect(changed.key).not.toBe(fields.key);
    expect(changed.amount).toBe('3000');
  });

  test.each([1_250, 500])('asks before it charges another price: %i instead of 1000', async (price) => {
    const { customerId, visitor, productId, fields } = await openCheckout();
    await shop.setPrice(productId, price);
    const refusal = await visitor.post('/checkout', fields);
    expect(refusal.status).toBe(409);
    expect(refusal.body).toContain('A price has changed, and you were not charged.');
    expect(fieldOf(refusal.body, 'amount')).toBe(String(2 * price));
    expect(await ordersOf(customerId)).toEqual([]);
    expect(await shop.order.product.stock(productId)).toBe(10);
    const accepted = await visitor.submit('/checkout', await checkoutFields(visitor));
    expect(accepted.status).toBe(200);
    expect(await ordersOf(customerId)).toMatchObject([{ total_amount: String(2 * price) }]);
  });

  test('never charges a total that the form made up', async () => {
    const { customerId, visitor, fields } = await openCheckout();
    for (const amount of ['1', '0', '-1', '1e3', '', '99999999999999999999']) {
      const { status } = await visitor.post('/checkout', {
        ...fields,
        ...(await checkoutFields(visitor)),
        amount,
      });
      expect([amount, status]).toEqual([amount, 409]);
    }
    expect(
      (await visitor.post('/checkout', { ...(await checkoutFields(visitor)), currency: 'JPY' })).status,
    ).toBe(409);
    expect(await ordersOf(customerId)).toEqual([]);
  });

  test('asks again if the cart was changed in another tab', async () => {
    const { customerId, visitor, fields } = await openCheckout();
    await visitor.post('/cart/items', { product: await shop.makeProduct(5), quantity: 1 });
    const refusal = await visitor.post('/checkout', fields);
    expect(refusal.status).toBe(409);
    expect(refusal.body).toContain('Your cart has changed since this page was opened.');
    expect(await ordersOf(customerId)).toEqual([]);
  });

  test('tells the customer that the last unit was sold meanwhile', async () => {
    const { customerId, visitor, productId, fields } = await openCheckout(2);
    await shop.order.product.client.setStock({ id: productId, quantity: 1 });
    const refusal = await visitor.post('/checkout', fields);
    expect(refusal.status).toBe(409);
    expect(refusal.body).toContain('Fewer in stock than you want');
    expect(await ordersOf(customerId)).toEqual([]);
  });

  test('shows a declined card on the page of the order, and puts its products back into the cart', async () => {
    const { visitor, fields, productId } = await openCheckout();
    const { headers } = await visitor.post('/checkout', { ...fields, token: 'tok_declined' });
    const path = headers.location ?? '';
    const cancelled = await eventually(async () => {
      const { body } = await visitor.get(path);
      return body.includes('Cancelled') && body;
    });
    expect(cancelled).toContain('Your card was declined. You were not charged.');
    expect(await eventually(async () => (await shop.order.product.stock(productId)) === 10)).toBe(true);
    const cart = await visitor.submit(`${path}/cart`, {});
    expect(cart.body).toContain('€20.00');
  });

  test('refuses an unknown card, and accepts another one with the same key', async () => {
    const { customerId, visitor, fields } = await openCheckout();
    const refusal = await visitor.post('/checkout', { ...fields, token: 'tok_nobody' });
    expect(refusal.status).toBe(409);
    expect(refusal.body).toContain('The payment provider does not know this card.');
    expect(fieldOf(refusal.body, 'key')).toBe(fields.key);
    await visitor.submit('/checkout', fields);
    expect(await ordersOf(customerId)).toHaveLength(1);
  });

  test('needs an account, and leads back after signing in', async () => {
    const visitor = shop.visitor();
    await visitor.post('/cart/items', { product: await shop.makeProduct(5), quantity: 1 });
    expect((await visitor.get('/checkout')).headers.location).toBe('/sign-in?return=%2Fcheckout');
    expect((await visitor.post('/checkout', {})).headers.location).toBe('/sign-in?return=%2Fcheckout');
    const account = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
    const page = await visitor.submit('/sign-up', { ...account, return: '/checkout' });
    expect(page.body).toContain('Pay €10.00');
  });

  test('of an empty cart leads to the cart', async () => {
    const visitor = await shop.customer();
    expect((await visitor.get('/checkout')).headers.location).toBe('/cart');
    expect((await visitor.post('/checkout', { key: uuidv7() })).headers.location).toBe('/cart');
  });
});
