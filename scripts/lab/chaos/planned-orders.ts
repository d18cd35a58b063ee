import type { Random } from './random.ts';

/** A product as it is at the start. */
export interface PlannedProduct {
  readonly name: string;
  /** Price of one, in cents. */
  readonly amount: number;
  readonly stock: number;
}

/** How the test provider of payments takes each token; `tok_unknown` it does not know. */
export type Token =
  | 'tok_ok'
  | 'tok_declined'
  | 'tok_twice'
  | 'tok_slow'
  | 'tok_unordered'
  | 'tok_silent'
  | 'tok_lost'
  | 'tok_unknown';

export interface PlannedOrder {
  /** The idempotency key of every request for it. */
  readonly key: string;
  /** Number of the customer, from 0. */
  readonly customer: number;
  readonly items: readonly { readonly product: number; readonly quantity: number }[];
  readonly token: Token;
}

const TOKENS: Readonly<Record<Token, number>> = {
  tok_ok: 75,
  tok_declined: 10,
  tok_twice: 5,
  tok_slow: 3,
  tok_unordered: 3,
  tok_silent: 2,
  tok_lost: 1,
  tok_unknown: 1,
};

/** The first ones are hot: most orders want them, and there is not enough for all. */
const HOT = 3;
const PRODUCTS = 10;
/** Share of what is wanted of a hot product that is there. */
const ENOUGH = 0.6;

export function plannedOrders(random: Random, orders: number, customers: number): readonly PlannedOrder[] {
  return Array.from({ length: orders }, (_, index) => {
    const lines = random.whole(1, 3);
    const products = new Set(
      Array.from({ length: lines }, () =>
        random.next() < 0.5 ? random.whole(0, HOT - 1) : random.whole(HOT, PRODUCTS - 1),
      ),
    );
    return {
      key: `order-${index}`,
      customer: random.whole(0, customers - 1),
      items: [...products].map((product) => ({ product, quantity: random.whole(1, 3) })),
      token: random.weighted(TOKENS),
    };
  });
}

/** Products with a stock by what the orders want: too little of the hot ones, plenty of the others. */
export function plannedProducts(random: Random, orders: readonly PlannedOrder[]): readonly PlannedProduct[] {
  return Array.from({ length: PRODUCTS }, (_, product) => {
    const items = orders.flatMap((order) => order.items.filter((item) => item.product === product));
    const wanted = items.reduce((sum, { quantity }) => sum + quantity, 0);
    const isHot = product < HOT;
    return {
      name: `${isHot ? 'Hot' : 'Plain'} ${product}`,
      amount: random.whole(100, 9_999),
      stock: isHot ? Math.floor(wanted * ENOUGH) : wanted + 100,
    };
  });
}
