import type { Migration } from '../kit/store/migrate.ts';

/**
 * The catalogue with its stock, reservations, and imports in progress.
 *
 * A reservation without a customer is a tombstone: its order was cancelled before the reservation arrived. The primary key
 * then prevents the late reservation from taking stock.
 */
export const migrations: readonly Migration[] = [
  {
    name: '0001-product',
    sql: `
      CREATE TABLE product (
        id             uuid   PRIMARY KEY,
        name           text   NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
        description    text   NOT NULL CHECK (char_length(description) <= 5000),
        -- In minor units.
        price_amount   bigint NOT NULL CHECK (price_amount BETWEEN 0 AND 9000000000000000),
        price_currency text   NOT NULL CHECK (price_currency ~ '^[A-Z]{3}$'),
        stock          int    NOT NULL CHECK (stock >= 0),
        -- Incremented by each change of the stock, so that a watcher can order two values. Watchers poll: transactions
        -- with a NOTIFY would wait for each other at commit.
        stock_version  bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 80);

      CREATE FUNCTION increment_stock_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.stock_version := OLD.stock_version + 1;
          RETURN NEW;
        END $$;

      CREATE TRIGGER stock_version BEFORE UPDATE OF stock ON product
        FOR EACH ROW WHEN (OLD.stock IS DISTINCT FROM NEW.stock) EXECUTE FUNCTION increment_stock_version();`,
  },
  {
    name: '0002-reservation',
    sql: `
      CREATE TABLE reservation (
        order_id        uuid        PRIMARY KEY,
        customer_id     uuid,
        idempotency_key text        CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
        total_amount    bigint      CHECK (total_amount BETWEEN 0 AND 9000000000000000),
        total_currency  text,
        state           text        NOT NULL CHECK (state IN ('open', 'released', 'settled')),
        reserved_at     timestamptz NOT NULL DEFAULT now(),
        UNIQUE (customer_id, idempotency_key),
        CHECK (num_nulls(customer_id, idempotency_key, total_amount, total_currency) = 0
          OR (num_nonnulls(customer_id, idempotency_key, total_amount, total_currency) = 0 AND state = 'released'))
      );
      CREATE INDEX reservation_open ON reservation (reserved_at) WHERE state = 'open';

      CREATE TABLE reservation_line (
        order_id       uuid   NOT NULL REFERENCES reservation,
        position       int    NOT NULL,
        product_id     uuid   NOT NULL REFERENCES product,
        quantity       int    NOT NULL CHECK (quantity > 0),
        name           text   NOT NULL,
        price_amount   bigint NOT NULL,
        price_currency text   NOT NULL,
        PRIMARY KEY (order_id, position),
        UNIQUE (order_id, product_id)
      );

      CREATE FUNCTION refuse_reservation_state() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'reservation % is %, it cannot become %', OLD.order_id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
        END $$;

      CREATE TRIGGER reservation_state BEFORE UPDATE OF state ON reservation
        FOR EACH ROW WHEN (OLD.state <> 'open' AND NEW.state <> OLD.state)
        EXECUTE FUNCTION refuse_reservation_state();`,
  },
  {
    name: '0003-product-import',
    sql: `
      -- Products of imports that are in progress, in the order of their lines. See staged-import.ts.
      CREATE TABLE product_import (
        import_id      uuid        NOT NULL,
        position       int         NOT NULL,
        product_id     uuid        NOT NULL,
        name           text        NOT NULL,
        description    text        NOT NULL,
        price_amount   bigint      NOT NULL,
        price_currency text        NOT NULL,
        stock          int         NOT NULL,
        staged_at      timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (import_id, position)
      );`,
  },
];
