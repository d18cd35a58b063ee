import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { transaction } from '../../kit/store/transaction.ts';
import { MAX_ITEMS, MAX_QUANTITY } from '../../proto/limits.ts';

const COUNT = 'SELECT coalesce(sum(quantity), 0)::int AS units FROM cart_item WHERE cart_id = $1';
const READ = `
  SELECT checkout_key, coalesce((
    SELECT jsonb_agg(jsonb_build_object('productId', product_id, 'quantity', quantity, 'name', name) ORDER BY position)
    FROM cart_item WHERE cart_id = cart.id), '[]') AS items
  FROM cart WHERE id = $1`;
/** Locks the cart, so that concurrent changes of one cart are decided one after the other. */
const TOUCH = `
  UPDATE cart SET checkout_key = gen_random_uuid(), updated_at = now() WHERE id = $1 RETURNING id`;
const CREATE = 'INSERT INTO cart (id) VALUES ($1)';
const SIZES = `
  SELECT count(*)::int AS lines, coalesce(max(quantity) FILTER (WHERE product_id = $2), 0) AS quantity
  FROM cart_item WHERE cart_id = $1`;
const PUT = `
  INSERT INTO cart_item (cart_id, product_id, quantity, name) VALUES ($1, $2, $3, $4)
  ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = excluded.quantity, name = excluded.name`;
const SET = 'UPDATE cart_item SET quantity = $3 WHERE cart_id = $1 AND product_id = $2';
const REMOVE = 'DELETE FROM cart_item WHERE cart_id = $1 AND product_id = $2';
const CLEAR = 'DELETE FROM cart_item WHERE cart_id = $1';
const RECORD = `
  INSERT INTO checkout (key, cart_id, order_id) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`;
const CLOSE = `
  UPDATE cart SET checkout_key = gen_random_uuid(), updated_at = now()
  WHERE id = $1 AND checkout_key = $2 RETURNING id`;
const PLACED = 'SELECT order_id FROM checkout WHERE key = $1 AND cart_id = $2';

/** A product in a cart. */
export interface CartItem {
  readonly productId: string;
  readonly quantity: number;
  /** Name at the time at which the product was added. */
  readonly name: string;
}

export interface Cart {
  readonly items: readonly CartItem[];
  /** Idempotency key of an order of exactly these items. */
  readonly checkoutKey: string;
}

/** Result of adding an item: the id of the cart, or the limit that the cart would exceed. */
export type AddResult = { readonly cartId: string } | { readonly limit: 'lines' | 'quantity' };

/** Stores carts by the id in the cookie of their visitor. Ids of carts that do not exist are empty carts. */
export class Carts {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Returns the number of units in a cart. */
  async count(cartId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ units: number }>({
      name: 'count-cart',
      text: COUNT,
      values: [cartId],
    });
    return rows[0]?.units ?? 0;
  }

  /** Returns a cart; undefined if there is none with this id. */
  async read(cartId: string): Promise<Cart | undefined> {
    const { rows } = await this.#pool.query<{ checkout_key: string; items: readonly CartItem[] }>({
      name: 'read-cart',
      text: READ,
      values: [cartId],
    });
    const row = rows[0];
    return row && { items: row.items, checkoutKey: row.checkout_key };
  }

  /**
   * Adds units of a product.
   * @param cartId undefined, or the id of a cart that does not exist, creates a cart with a new id, so that a forged
   *   cookie cannot choose one
   */
  async add(cartId: string | undefined, item: CartItem): Promise<AddResult> {
    return transaction(this.#pool, async (tx) => {
      const id = await openCart(tx, cartId);
      const { rows } = await tx.query<{ lines: number; quantity: number }>(SIZES, [id, item.productId]);
      const { lines = 0, quantity = 0 } = rows[0] ?? {};
      if (quantity === 0 && lines >= MAX_ITEMS) return { limit: 'lines' };
      const sum = quantity + item.quantity;
      if (sum > MAX_QUANTITY) return { limit: 'quantity' };
      await tx.query(PUT, [id, item.productId, sum, item.name]);
      return { cartId: id };
    });
  }

  /** Sets the units of a product that the cart contains; 0 removes it. */
  async setQuantity(cartId: string, productId: string, quantity: number): Promise<void> {
    await transaction(this.#pool, async (tx) => {
      const { rowCount } = await tx.query(TOUCH, [cartId]);
      if (!rowCount) return;
      if (quantity === 0) await tx.query(REMOVE, [cartId, productId]);
      else await tx.query(SET, [cartId, productId, quantity]);
    });
  }

  /** Replaces the idempotency key, after an order with it was refused for good. */
  async renewKey(cartId: string): Promise<void> {
    await this.#pool.query(TOUCH, [cartId]);
  }

  /**
   * Empties the cart after an order was placed with `key`, unless the cart changed since.
   * @param orderId recorded, so that a repeated request leads to the order; undefined if it is unknown
   */
  async complete(cartId: string, key: string, orderId: string | undefined): Promise<void> {
    await transaction(this.#pool, async (tx) => {
      const { rowCount } = await tx.query(CLOSE, [cartId, key]);
      if (rowCount) await tx.query(CLEAR, [cartId]);
      if (orderId !== undefined) await tx.query(RECORD, [key, cartId, orderId]);
    });
  }

  /** Returns the id of the order that was placed with `key`; undefined if there is none. */
  async orderPlacedWith(cartId: string, key: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ order_id: string }>(PLACED, [key, cartId]);
    return rows[0]?.order_id;
  }
}

async function openCart(tx: PoolClient, cartId: string | undefined): Promise<string> {
  if (cartId !== undefined) {
    const { rowCount } = await tx.query(TOUCH, [cartId]);
    if (rowCount) return cartId;
  }
  const id = randomUUID();
  await tx.query(CREATE, [id]);
  return id;
}
