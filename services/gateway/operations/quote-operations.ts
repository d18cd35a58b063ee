import type { z } from 'zod';
import { renameFields } from '../../kit/edge/rename-fields.ts';
import type { QuoteCartResponse } from '../../proto/gen/weft/product/v1/product.ts';
import type { Clients } from '../clients.ts';
import { defineOperation } from '../http/define-operation.ts';
import type { HttpOperations } from '../http/route.ts';
import { cart, type quote, quoteLine } from '../schemas/order.ts';
import { moneyOf } from './money-of.ts';
import { pricedItemOf } from './priced-item-of.ts';

/** Returns the operation that quotes carts. */
export function quoteOperations({ product }: Pick<Clients, 'product'>): HttpOperations {
  return {
    quoteCarts: defineOperation({
      tag: 'Orders',
      summary: 'Price carts',
      description:
        'Send one cart per line. The response has one quote per line, and starts before the request ends. If an error occurs after the first line, the last line reports it.',
      body: { kind: 'lines', schema: cart },
      answer: { status: 200, kind: 'lines', description: 'One quote per cart.', schema: quoteLine },
      errors: ['unknown-product', 'currency-mismatch'],
      handle: ({ body, context }) => ({
        body: quotes(product.quoteCart(body, { context }), body.numbers),
      }),
    }),
  };
}

/**
 * Yields quotes in the order of the carts. If the callee fails, the error is attributed to the first cart without a
 * quote.
 */
async function* quotes(answers: AsyncIterable<QuoteCartResponse>, lines: number[]) {
  try {
    for await (const answer of answers) {
      lines.shift();
      yield quoteOf(answer);
    }
  } catch (error) {
    const line = `line ${lines[0] ?? 'unknown'}`;
    throw renameFields(error, (field) => (field.startsWith('line ') ? field : `${line}.${field}`));
  }
}

function quoteOf({ items, total, shortProductIds }: QuoteCartResponse): z.input<typeof quote> {
  return {
    items: items.map(pricedItemOf),
    total: moneyOf(total),
    short: [...shortProductIds],
  };
}
