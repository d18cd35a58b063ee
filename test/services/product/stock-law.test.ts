import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { type ProductHarness, reservation, startProduct } from './product-harness.ts';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProduct('stock-law');
});
afterAll(() => shop.stop());

const START = 12;

/** An operation on one of four orders of one of three products. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('reserve', 'release', 'settle', 'settleAll'),
    order: fc.nat(3),
    items: fc.uniqueArray(fc.record({ product: fc.nat(2), quantity: fc.integer({ min: 1, max: 8 }) }), {
      minLength: 1,
      maxLength: 3,
      selector: (item) => item.product,
    }),
  }),
  { maxLength: 16 },
);

test('sold, reserved and remaining units add up to the initial stock after any concurrent operations', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (sequence, atOnce) => {
      const products = await Promise.all([shop.make(START), shop.make(START), shop.make(START)]);
      const orders = Array.from({ length: 4 }, () => reservation({ customerId: uuidv7() }));
      const steps = sequence.map(({ what, order, items }) => async () => {
        const request = orders[order] ?? reservation({});
        const { orderId } = request;
        if (what === 'release') return shop.client.release({ orderId });
        if (what === 'settle') return shop.client.settle({ orderId });
        if (what === 'settleAll')
          return shop.client.settleAll({ orderIds: orders.map((one) => one.orderId) });
        return shop.client.reserve({
          ...request,
          items: items.map(({ product, quantity }) => ({ productId: products[product] ?? '', quantity })),
        });
      });
      if (atOnce) await Promise.allSettled(steps.map((step) => step()));
      else for (const step of steps) await step().catch(() => {});

      const { rows } = await shop.pool.query<{ id: string; total: number }>(
        `SELECT id, stock + coalesce((
           SELECT sum(quantity) FROM reservation_line JOIN reservation USING (order_id)
           WHERE product_id = product.id AND state <> 'released'), 0)::int AS total
         FROM product WHERE id = ANY ($1)`,
        [products],
      );
      expect(rows.map((row) => row.total)).toEqual([START, START, START]);
    }),
    { numRuns: 60 },
  );
});
