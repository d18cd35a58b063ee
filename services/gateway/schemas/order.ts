import { z } from 'zod';
import { MAX_KEY_LENGTH, text } from '../../kit/fields/text-rules.ts';
import { CURRENCIES, MAX_ITEMS, MAX_QUANTITY, MAX_TOTAL, PAYMENT_TOKEN } from '../../proto/limits.ts';
import { gatewayError } from '../errors.ts';
import { identifier } from './identifier.ts';
import { MINOR_UNITS, money } from './money.ts';
import { pageOf } from './page.ts';
import { problem } from './problem.ts';

const quantity = z.int().min(1).max(MAX_QUANTITY);

const EXAMPLE_ITEM = { productId: '01935a1e-7c1f-7e0a-9f3a-3d1c5b7a9e10', quantity: 2 };

export const item = z
  .strictObject({ productId: identifier, quantity })
  .meta({ id: 'Item', examples: [EXAMPLE_ITEM] });

const items = z.array(item).min(1).max(MAX_ITEMS);

const expectedTotal = z
  .strictObject({
    amount: z.int().min(0).max(MAX_TOTAL).describe(MINOR_UNITS),
    currency: z.enum(CURRENCIES).describe('ISO 4217 code.'),
  })
  .meta({ id: 'ExpectedTotal', examples: [{ amount: 1250, currency: 'EUR' }] });

export const orderRequest = z
  .strictObject({
    items,
    payment: z.strictObject({
      token: text(PAYMENT_TOKEN).describe(
        'Token of the payment provider. The test provider accepts `tok_ok`, `tok_declined`, `tok_slow` (responds ' +
          'late), `tok_twice` (responds twice), `tok_unordered` (captures at once), `tok_silent` (executes the request ' +
          'and never responds) and `tok_lost` (does not execute the request).',
      ),
    }),
    expectedTotal: expectedTotal
      .exactOptional()
      .describe(
        'Total that the customer agreed to. If the items cost another amount now, the order is refused with ' +
          '`price-changed`, and nothing is reserved or charged. Omit it to accept any price.',
      ),
  })
  .meta({ id: 'OrderRequest', examples: [{ items: [EXAMPLE_ITEM], payment: { token: 'tok_ok' } }] });

const idempotencyKey = z.preprocess(
  (value) => {
    if (value === undefined) throw gatewayError('idempotency-key-missing');
    return value;
  },
  z
    .string()
    .regex(
      new RegExp(`^[\\x21-\\x7e]{1,${MAX_KEY_LENGTH}}$`),
      `must be 1 to ${MAX_KEY_LENGTH} visible ASCII characters`,
    ),
);

export const orderHeaders = z.strictObject({
  'idempotency-key': idempotencyKey.describe(
    'A unique value for this order. Repeated requests with the same value place the order only once.',
  ),
});

export const pricedItem = z
  .strictObject({ productId: identifier, quantity: z.int(), name: z.string(), unitPrice: money })
  .meta({ id: 'PricedItem' });

export const orderStatus = z.enum(['pending', 'confirmed', 'cancelled']);

export const placedOrder = z
  .strictObject({ id: identifier, status: orderStatus, total: money, items: z.array(pricedItem) })
  .meta({ id: 'PlacedOrder' });

export const order = placedOrder
  .extend({
    reason: z.string().optional().describe('Why the order was cancelled.'),
    placedAt: z.iso.datetime(),
  })
  .meta({ id: 'Order' });

export const orderPage = pageOf('OrderPage', order);

export const cart = z.strictObject({ items }).meta({ id: 'Cart', examples: [{ items: [EXAMPLE_ITEM] }] });

export const quote = z
  .strictObject({
    items: z.array(pricedItem),
    total: money,
    short: z.array(identifier).describe('Products with less stock than the requested quantity.'),
  })
  .meta({ id: 'Quote' });

/** A line of the response: a quote or a problem. */
export const quoteLine = z.union([quote, problem]).meta({ id: 'QuoteLine' });
