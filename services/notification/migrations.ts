import type { Migration } from '../kit/store/migrate.ts';

/** Table of the notifications of each customer. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-notification',
    sql: `
      CREATE TABLE notification (
        -- The event's id, so that a duplicate delivery cannot notify a customer twice.
        id          uuid        PRIMARY KEY,
        customer_id uuid        NOT NULL,
        order_id    uuid        NOT NULL,
        text        text        NOT NULL,
        at          timestamptz NOT NULL
      );
      CREATE INDEX notification_of_customer ON notification (customer_id, id DESC);`,
  },
];
