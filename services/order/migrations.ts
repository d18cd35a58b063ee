import type { Migration } from '../kit/store/migrate.ts';

/** Tables of orders and their lines. A trigger enforces the transitions of state-machine.ts. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-orders',
    sql: `
      CREATE TABLE orders (
        id              uuid        PRIMARY KEY,
        customer_id     uuid        NOT NULL,
        idempotency_key text        NOT NULL CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
        -- SHA-256 of the request. Null for a reservation without an order.
        fingerprint     bytea,
        payment_token   text        NOT NULL,
        -- In minor units.
        total_amount    bigint      NOT NULL CHECK (total_amount BETWEEN 0 AND 9000000000000000),
        total_currency  text        NOT NULL CHECK (total_currency ~ '^[A-Z]{3}$'),
        state           text        NOT NULL
          CHECK (state IN ('paying', 'settling', 'refunding', 'releasing', 'confirmed', 'cancelled')),
        reason          text        NOT NULL DEFAULT '',
        -- By the clock of the process that the order was placed with.
        placed_at       timestamptz NOT NULL,
        -- By the clock of this database, so that ages do not depend on the clocks of processes.
        created_at      timestamptz NOT NULL DEFAULT now(),
        -- Attempts at the current state.
        attempts        int         NOT NULL DEFAULT 0,
        -- W3C traceparent of PlaceOrder: the process that resumes the order continues its trace.
        traceparent     text,
        -- A lease: a process that works on the order advances the time, and renews it. If the process crashes, the
        -- lease expires and another process resumes the order.
        next_attempt_at timestamptz DEFAULT now(),
        UNIQUE (customer_id, idempotency_key),
        CHECK ((next_attempt_at IS NULL) = (state IN ('confirmed', 'cancelled')))
      ) WITH (fillfactor = 80);
      CREATE INDEX orders_due ON orders (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX orders_of_customer ON orders (customer_id, id DESC);

      CREATE TABLE order_line (
        order_id       uuid   NOT NULL REFERENCES orders,
        position       int    NOT NULL,
        product_id     uuid   NOT NULL,
        quantity       int    NOT NULL CHECK (quantity > 0),
        name           text   NOT NULL,
        price_amount   bigint NOT NULL,
        price_currency text   NOT NULL,
        PRIMARY KEY (order_id, position)
      );

      CREATE FUNCTION refuse_order_state() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'order % cannot become %', NEW.id, NEW.state USING ERRCODE = 'check_violation';
        END $$;

      CREATE TRIGGER order_first_state BEFORE INSERT ON orders FOR EACH ROW
        WHEN (NEW.state NOT IN ('paying', 'releasing')) EXECUTE FUNCTION refuse_order_state();

      CREATE TRIGGER order_next_state BEFORE UPDATE OF state ON orders FOR EACH ROW
        WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
          ('paying', 'settling'), ('paying', 'releasing'), ('paying', 'refunding'),
          ('settling', 'confirmed'), ('refunding', 'releasing'), ('releasing', 'cancelled')))
        EXECUTE FUNCTION refuse_order_state();

      CREATE FUNCTION notify_order_status() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('order_status', NEW.id::text);
          RETURN NULL;
        END $$;

      -- The two transitions that change the status which customers see.
      CREATE TRIGGER order_status AFTER UPDATE OF state ON orders FOR EACH ROW
        WHEN (OLD.state <> NEW.state AND NEW.state IN ('settling', 'cancelled'))
        EXECUTE FUNCTION notify_order_status();`,
  },
];
