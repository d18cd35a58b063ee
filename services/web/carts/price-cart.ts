import { ServiceError } from '../../kit/errors/service-error.ts';
import type { Money } from '../../proto/gen/weft/money/v1/money.ts';
import type { CartItem } from './carts.ts';
import type { Quote } from './quote-stream.ts';

/** A line of a cart with its current price. */
export interface CartLine extends CartItem {
  /** Undefined if the product no longer exists. */
  readonly unitPrice: Money | undefined;
  /** Whether fewer units are in stock. */
  readonly isShort: boolean;
}

/** Why a cart cannot be ordered as it is. */
export type CartProblem = 'unavailable' | 'short' | 'mixed-currencies' | 'unpriceable';

export interface PricedCart {
  readonly lines: readonly CartLine[];
  /** Undefined if there is no common total. */
  readonly total: Money | undefined;
  /** The first problem; undefined if the cart can be ordered. */
  readonly problem: CartProblem | undefined;
}

/**
 * Prices a cart. Products that no longer exist, and carts that cannot have a common total, are part of the result.
 * @throws ServiceError other than those of the cart itself, such as `unavailable`
 */
export async function priceCart(items: readonly CartItem[], quote: Quote): Promise<PricedCart> {
  const missingIds = new Set<string>();
  for (;;) {
    const present = items.filter(({ productId }) => !missingIds.has(productId));
    try {
      return await priceTogether(items, present, quote);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { product = '' } = error.metadata;
      const isNew = present.some(({ productId }) => productId === product);
      if (error.code === 'unknown-product' && isNew) {
        missingIds.add(product);
        continue;
      }
      if (error.code === 'currency-mismatch')
        return priceSeparately(items, missingIds, quote, 'mixed-currencies');
      if (error.code === 'invalid-request') return priceSeparately(items, missingIds, quote, 'unpriceable');
      throw error;
    }
  }
}

async function priceTogether(
  items: readonly CartItem[],
  present: readonly CartItem[],
  quote: Quote,
): Promise<PricedCart> {
  if (present.length === 0) {
    const lines = items.map((item) => ({ ...item, unitPrice: undefined, isShort: false }));
    return { lines, total: undefined, problem: items.length > 0 ? 'unavailable' : undefined };
  }
  const answer = await quote(present.map(({ productId, quantity }) => ({ productId, quantity })));
  const priced = new Map(answer.items.map((item) => [item.productId, item]));
  const shortIds = new Set(answer.shortProductIds);
  const lines = items.map((item) => {
    const pricedItem = priced.get(item.productId);
    return {
      ...item,
      name: pricedItem?.name ?? item.name,
      unitPrice: pricedItem?.unitPrice,
      isShort: shortIds.has(item.productId),
    };
  });
  return { lines, total: answer.total, problem: problemOf(lines) };
}

/** Prices each line by itself, because together they have no total. */
async function priceSeparately(
  items: readonly CartItem[],
  missingIds: ReadonlySet<string>,
  quote: Quote,
  problem: CartProblem,
): Promise<PricedCart> {
  const lines: CartLine[] = [];
  for (const item of items) {
    const isMissing = missingIds.has(item.productId);
    const { lines: own } = isMissing
      ? await priceTogether([item], [], quote)
      : await priceTogether([item], [item], quote).catch(() => priceTogether([item], [], quote));
    lines.push(...own);
  }
  return { lines, total: undefined, problem };
}

function problemOf(lines: readonly CartLine[]): CartProblem | undefined {
  if (lines.some(({ unitPrice }) => !unitPrice)) return 'unavailable';
  return lines.some(({ isShort }) => isShort) ? 'short' : undefined;
}
