import type { Migration } from '../kit/store/migrate.ts';

/** One payment per order with the transitions of its status, and the position and findings of reconciliation. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-payment',
    sql: `
      CREATE TABLE payment (
        id         uuid        PRIMARY KEY,
        order_id   uuid        NOT NULL UNIQUE,
        status     text        NOT NULL
          CHECK (status IN ('authorizing', 'authorized', 'captured', 'declined', 'voided', 'refunded')),
        -- In minor units. Null for an order that was cancelled before a payment was authorized.
        amount     bigint      CHECK (amount BETWEEN 0 AND 9000000000000000),
        currency   text        CHECK (currency ~ '^[A-Z]{3}$'),
        -- Null for a payment that only the provider had a record of.
        token      text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CHECK (num_nulls(amount, currency) = 0
          OR (num_nonnulls(amount, currency, token) = 0 AND status IN ('voided', 'refunded')))
      );
      -- Rows are inserted in time order, so a BRIN index of block ranges is enough to find those of a period.
      CREATE INDEX payment_created ON payment USING brin (created_at);

      CREATE FUNCTION refuse_payment_status() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'payment of order % is %, it cannot become %', OLD.order_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
        END $$;

      CREATE TRIGGER payment_status BEFORE UPDATE OF status ON payment FOR EACH ROW
        WHEN (OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
          ('authorizing', 'authorized'), ('authorizing', 'captured'), ('authorizing', 'declined'),
          ('authorizing', 'voided'), ('authorizing', 'refunded'),
          ('authorized', 'captured'), ('authorized', 'declined'), ('authorized', 'voided'), ('authorized', 'refunded'),
          ('captured', 'refunded'), ('declined', 'voided'), ('declined', 'refunded'), ('voided', 'refunded')))
        EXECUTE FUNCTION refuse_payment_status();`,
  },
  {
    name: '0002-test-provider',
    sql: `
      -- Ledger of the test provider. It stands for a third party's database, so no statement joins it with payments.
      CREATE TABLE provider_charge (
        idempotency_key text        PRIMARY KEY,
        amount          bigint,
        currency        text,
        token           text,
        outcome         text        NOT NULL
          CHECK (outcome IN ('authorized', 'captured', 'declined', 'voided', 'refunded')),
        changed_at      timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX provider_charge_changed ON provider_charge (changed_at, idempotency_key);`,
  },
  {
    name: '0003-reconciliation',
    sql: `
      CREATE TABLE reconciliation (
        one      boolean     PRIMARY KEY DEFAULT true CHECK (one),
        -- Charges that changed before this time have been compared with the provider's ledger.
        position timestamptz NOT NULL,
        -- A lease: a process that compares advances the time. If it crashes, another process takes over afterwards.
        due_at   timestamptz NOT NULL DEFAULT now()
      );
      INSERT INTO reconciliation (position) VALUES (now());

      CREATE TABLE reconciliation_finding (
        -- The order's id, unless another application used the provider's account.
        key      text        NOT NULL,
        finding  text        NOT NULL,
        -- Outcome at the provider. Empty without a charge.
        outcome  text        NOT NULL,
        found_at timestamptz NOT NULL DEFAULT now(),
        -- Records a finding once, however often the charge is compared.
        PRIMARY KEY (key, finding, outcome)
      );`,
  },
];
