import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../kit/client/client.ts';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type { ProductServiceDefinition } from '../../proto/gen/weft/product/v1/product.ts';
import type { CartItem } from './carts.ts';
import { type PricedCart, priceCart } from './price-cart.ts';
import { QuoteStream } from './quote-stream.ts';

export interface FollowCartOptions {
  readonly product: Pick<Client<ProductServiceDefinition>, 'quoteCart'>;
  readonly context: CallContext;
  /** Milliseconds between two quotes. */
  readonly intervalMs: number;
  readonly readItems: () => Promise<readonly CartItem[]>;
}

/** Yields a cart with its prices now, and after each change of its items, prices or stock, until the context aborts. */
export async function* followCart({
  product,
  context,
  intervalMs,
  readItems,
}: FollowCartOptions): AsyncGenerator<PricedCart> {
  const stream = new QuoteStream(product, context);
  let latest = '';
  try {
    while (!context.signal.aborted) {
      const cart = await priceCart(await readItems(), stream.quote);
      const text = JSON.stringify(cart);
      if (text !== latest) yield cart;
      latest = text;
      await delay(intervalMs, undefined, { signal: context.signal });
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    stream.close();
  }
}
