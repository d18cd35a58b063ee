import type { Migration } from '../kit/store/migration.ts';

export const migrations: readonly Migration[] = [
  {
    name: '001-account',
    sql: `
      create table account (
        id uuid primary key,
        email text not null check (length(email) <= 254),
        name text not null check (length(name) between 1 and 200),
        role text not null check (role in ('customer', 'admin')),
        password_hash text not null,
        created_at timestamptz not null default now()
      );
      create unique index account_email on account (lower(email));
    `,
  },
];
