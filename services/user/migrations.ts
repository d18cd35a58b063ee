import type { Migration } from '../kit/store/migrate.ts';

/** Accounts with unique addresses, ignoring case. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-account',
    sql: `
      CREATE TABLE account (
        id            uuid        PRIMARY KEY,
        email         text        NOT NULL CHECK (char_length(email) <= 254),
        name          text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
        role          text        NOT NULL CHECK (role IN ('customer', 'admin')),
        -- A PHC string, which includes the cost parameters.
        password_hash text        NOT NULL,
        created_at    timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX account_email ON account (lower(email));`,
  },
];
