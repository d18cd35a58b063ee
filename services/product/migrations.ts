import type { Migration } from '../kit/store/migration.ts';

/**
 * The catalogue with its stock, and the reservations.
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
        description    text   NOT NULL CHECK (char_length(description) <= 2000),
        -- In minor units.
        price_amount   bigint NOT NULL CHECK (price_amount BETWEEN 0 AND 9000000000000000),
        price_currency text   NOT NULL CHECK (price_currency ~ '^[A-Z]{3}$'),
        stock          int    NOT NULL CHECK (stock >= 0),
        -- Grows by one with each change of the stock, so that a watcher can tell the newer of two.
        stock_version  bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 80);

      CREATE FUNCTION announce_stock() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.stock_version := OLD.stock_version + 1;
          PERFORM pg_notify('stock', json_build_object(
            'id', NEW.id, 'stock', NEW.stock, 'version', NEW.stock_version, 'at', clock_timestamp())::text);
          RETURN NEW;
        END $$;

      CREATE TRIGGER announce_stock BEFORE UPDATE OF stock ON product
        FOR EACH ROW WHEN (OLD.stock IS DISTINCT FROM NEW.stock) EXECUTE FUNCTION announce_stock();`,
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
    name: '0003-stock-version',
    sql: `
      CREATE FUNCTION count_stock_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.stock_version := OLD.stock_version + 1;
          RETURN NEW;
        END $$;

      -- Whoever watches looks for itself: commits with a NOTIFY wait for each other.
      DROP TRIGGER announce_stock ON product;
      DROP FUNCTION announce_stock;
      CREATE TRIGGER stock_version BEFORE UPDATE OF stock ON product
        FOR EACH ROW WHEN (OLD.stock IS DISTINCT FROM NEW.stock) EXECUTE FUNCTION count_stock_change();`,
  },
  {
    name: '0004-product-import',
    sql: `
      -- Products of imports that are still arriving, in the order of their lines; staged-import.ts moves them.
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
  {
    name: '0005-description-length',
    sql: `
      -- As long as the HTTP interface has always said.
      ALTER TABLE product DROP CONSTRAINT product_description_check,
        ADD CONSTRAINT product_description_check CHECK (char_length(description) <= 5000);`,
  },
];
