import type { SeededRandom } from './seeded-random.ts';

/** A product with its initial stock. */
export interface PlannedProduct {
  readonly name: string;
  /** Unit price in cents. */
  readonly amount: number;
  readonly stock: number;
}

/** Payment tokens, each of which selects a behavior of the test payment provider. It does not know `tok_unknown`. */
export type PaymentToken =
  | 'tok_ok'
  | 'tok_declined'
  | 'tok_twice'
  | 'tok_slow'
  | 'tok_unordered'
  | 'tok_silent'
  | 'tok_lost'
  | 'tok_unknown';

export interface PlannedOrder {
  /** Idempotency key of every request for this order. */
  readonly key: string;
  /** Number of the customer, from 0. */
  readonly customer: number;
  readonly items: readonly { readonly product: number; readonly quantity: number }[];
  readonly token: PaymentToken;
}

const TOKEN_WEIGHTS: Readonly<Record<PaymentToken, number>> = {
  tok_ok: 75,
  tok_declined: 10,
  tok_twice: 5,
  tok_slow: 3,
  tok_unordered: 3,
  tok_silent: 2,
  tok_lost: 1,
  tok_unknown: 1,
};

/** The first products are hot: half of all order lines want them, and their stock is too small. */
const HOT_PRODUCTS = 3;
const PRODUCTS = 10;
/** Stock of a hot product as a share of its demand. */
const HOT_STOCK_SHARE = 0.6;

export function planOrders(random: SeededRandom, orders: number, customers: number): readonly PlannedOrder[] {
  return Array.from({ length: orders }, (_, index) => {
    const lines = random.nextInteger(1, 3);
    const products = new Set(
      Array.from({ length: lines }, () =>
        random.next() < 0.5
          ? random.nextInteger(0, HOT_PRODUCTS - 1)
          : random.nextInteger(HOT_PRODUCTS, PRODUCTS - 1),
      ),
    );
    return {
      key: `order-${index}`,
      customer: random.nextInteger(0, customers - 1),
      items: [...products].map((product) => ({ product, quantity: random.nextInteger(1, 3) })),
      token: random.pickWeighted(TOKEN_WEIGHTS),
    };
  });
}

/** Plans products whose stock follows the demand: too little of the hot ones, plenty of the others. */
export function planProducts(
  random: SeededRandom,
  orders: readonly PlannedOrder[],
): readonly PlannedProduct[] {
  return Array.from({ length: PRODUCTS }, (_, product) => {
    const items = orders.flatMap((order) => order.items.filter((item) => item.product === product));
    const demand = items.reduce((sum, { quantity }) => sum + quantity, 0);
    const isHot = product < HOT_PRODUCTS;
    return {
      name: `${isHot ? 'Hot' : 'Plain'} ${product}`,
      amount: random.nextInteger(100, 9_999),
      stock: isHot ? Math.floor(demand * HOT_STOCK_SHARE) : demand + 100,
    };
  });
}
