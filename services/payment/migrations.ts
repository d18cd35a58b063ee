import type { Migration } from '../kit/store/migration.ts';

/** One payment for each order, and the changes of its status that are possible; what reconciliation remembers. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-payment',
    sql: `
      CREATE TABLE payment (
        id         uuid        PRIMARY KEY,
        order_id   uuid        NOT NULL UNIQUE,
        status     text        NOT NULL CHECK (status IN ('authorizing', 'captured', 'declined', 'refunded')),
        -- In minor units. Null, as the currency and the token, for an order that was given up before its charge.
        amount     bigint      CHECK (amount BETWEEN 0 AND 9000000000000000),
        currency   text        CHECK (currency ~ '^[A-Z]{3}$'),
        token      text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CHECK (num_nulls(amount, currency, token) = 0
          OR (num_nonnulls(amount, currency, token) = 0 AND status = 'refunded'))
      );

      CREATE FUNCTION refuse_payment_status() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'payment of order % is %, it cannot become %', OLD.order_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
        END $$;

      CREATE TRIGGER payment_status BEFORE UPDATE OF status ON payment FOR EACH ROW
        WHEN (OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
          ('authorizing', 'captured'), ('authorizing', 'declined'), ('authorizing', 'refunded'),
          ('captured', 'refunded')))
        EXECUTE FUNCTION refuse_payment_status();`,
  },
  {
    name: '0002-test-provider',
    sql: `
      -- The books of the test provider: a third party's, kept here for want of one. No statement joins them.
      CREATE TABLE provider_charge (
        idempotency_key text   PRIMARY KEY,
        amount          bigint,
        currency        text,
        outcome         text   NOT NULL CHECK (outcome IN ('captured', 'declined', 'refunded', 'voided'))
      );`,
  },
  {
    name: '0003-authorization',
    sql: `
      ALTER TABLE payment
        DROP CONSTRAINT payment_status_check,
        ADD CONSTRAINT payment_status_check
          CHECK (status IN ('authorizing', 'authorized', 'captured', 'declined', 'voided', 'refunded')),
        -- Without a token, it was found in the provider's books alone; without an amount too, its order was given up
        -- before its charge.
        DROP CONSTRAINT payment_check,
        ADD CONSTRAINT payment_check CHECK (num_nulls(amount, currency) = 0
          OR (num_nonnulls(amount, currency, token) = 0 AND status IN ('voided', 'refunded')));

      DROP TRIGGER payment_status ON payment;
      CREATE TRIGGER payment_status BEFORE UPDATE OF status ON payment FOR EACH ROW
        WHEN (OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
          ('authorizing', 'authorized'), ('authorizing', 'captured'), ('authorizing', 'declined'),
          ('authorizing', 'voided'), ('authorizing', 'refunded'),
          ('authorized', 'captured'), ('authorized', 'declined'), ('authorized', 'voided'), ('authorized', 'refunded'),
          ('captured', 'refunded'), ('declined', 'voided'), ('declined', 'refunded'), ('voided', 'refunded')))
        EXECUTE FUNCTION refuse_payment_status();

      ALTER TABLE provider_charge
        DROP CONSTRAINT provider_charge_outcome_check,
        ADD CONSTRAINT provider_charge_outcome_check
          CHECK (outcome IN ('authorized', 'captured', 'declined', 'voided', 'refunded')),
        ADD COLUMN token text,
        ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
      CREATE INDEX provider_charge_changed ON provider_charge (changed_at, idempotency_key);`,
  },
  {
    name: '0004-reconciliation',
    sql: `
      -- Rows come in the order of their time: a summary of each block is enough to find those of a time.
      CREATE INDEX payment_created ON payment USING brin (created_at);

      -- One row: until when all has been compared with the provider's books, and when to go on.
      CREATE TABLE reconciliation (
        one      boolean     PRIMARY KEY DEFAULT true CHECK (one),
        position timestamptz NOT NULL,
        -- Moved ahead by whoever compares, so that nobody else does, and takes over when that process is gone.
        due_at   timestamptz NOT NULL DEFAULT now()
      );
      INSERT INTO reconciliation (position) SELECT coalesce(min(created_at), now()) FROM payment;

      CREATE TABLE reconciliation_finding (
        -- The order's id, unless somebody else used the provider's account.
        key      text        NOT NULL,
        finding  text        NOT NULL,
        -- What the provider had then; empty for nothing.
        outcome  text        NOT NULL,
        found_at timestamptz NOT NULL DEFAULT now(),
        -- What is compared twice is found once.
        PRIMARY KEY (key, finding, outcome)
      );`,
  },
];
