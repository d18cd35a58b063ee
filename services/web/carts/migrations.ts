import type { Migration } from '../../kit/store/migrate.ts';

/** Carts of visitors, and the orders that were placed with them. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-cart',
    sql: `
      CREATE TABLE cart (
        -- Random, because it is the only credential of a visitor without an account.
        id           uuid        PRIMARY KEY,
        -- Idempotency key of the next order. A change of the cart replaces it, and a reload of the checkout does not.
        checkout_key uuid        NOT NULL DEFAULT gen_random_uuid(),
        updated_at   timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX cart_updated ON cart (updated_at);

      CREATE TABLE cart_item (
        cart_id    uuid   NOT NULL REFERENCES cart ON DELETE CASCADE,
        product_id uuid   NOT NULL,
        quantity   int    NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
        -- Shown for a product that no longer exists.
        name       text   NOT NULL,
        -- Position in the cart.
        position   bigint GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (cart_id, product_id)
      );

      CREATE TABLE checkout (
        key       uuid        PRIMARY KEY,
        cart_id   uuid        NOT NULL REFERENCES cart ON DELETE CASCADE,
        order_id  uuid        NOT NULL
      );
      CREATE INDEX checkout_of_cart ON checkout (cart_id);`,
  },
];
