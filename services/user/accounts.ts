import type { Pool } from 'pg';
import type { Account, StoredAccount } from './account.ts';

const ADD = `
  INSERT INTO account (id, email, name, role, password_hash) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT DO NOTHING`;

const BY_EMAIL = `
  SELECT id, email, name, role, password_hash AS "passwordHash" FROM account WHERE lower(email) = lower($1)`;

const BY_ID = 'SELECT id, email, name, role FROM account WHERE id = $1';

/** Stores accounts in Postgres. Email addresses are unique, ignoring case. */
export class Accounts {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Adds an account. Returns false if another has the same address, ignoring case. */
  async add(account: StoredAccount): Promise<boolean> {
    const { rowCount } = await this.#pool.query({
      name: 'add-account',
      text: ADD,
      values: [account.id, account.email, account.name, account.role, account.passwordHash],
    });
    return rowCount === 1;
  }

  async byEmail(email: string): Promise<StoredAccount | undefined> {
    const { rows } = await this.#pool.query<StoredAccount>({
      name: 'account-by-email',
      text: BY_EMAIL,
      values: [email],
    });
    return rows[0];
  }

  /** Returns an account; undefined if there is none. @param id a UUID */
  async byId(id: string): Promise<Account | undefined> {
    const { rows } = await this.#pool.query<Account>({
      name: 'account-by-id',
      text: BY_ID,
      values: [id],
    });
    return rows[0];
  }
}
