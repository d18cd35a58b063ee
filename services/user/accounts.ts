import type { Pool } from 'pg';
import type { Account, NewAccount } from './account.ts';

/** The accounts as they are stored. */
export class Accounts {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Whether it was added; false when an account has this address already, in whatever case. */
  async add(account: NewAccount): Promise<boolean> {
    const { rowCount } = await this.#pool.query({
      name: 'add-account',
      text: `insert into account (id, email, name, role, password_hash) values ($1, $2, $3, $4, $5)
             on conflict do nothing`,
      values: [account.id, account.email, account.name, account.role, account.passwordHash],
    });
    return rowCount === 1;
  }

  async byEmail(email: string): Promise<NewAccount | undefined> {
    const { rows } = await this.#pool.query<NewAccount>({
      name: 'account-by-email',
      text: `select id, email, name, role, password_hash as "passwordHash"
             from account where lower(email) = lower($1)`,
      values: [email],
    });
    return rows[0];
  }

  /** @param id a UUID */
  async byId(id: string): Promise<Account | undefined> {
    const { rows } = await this.#pool.query<Account>({
      name: 'account-by-id',
      text: 'select id, email, name, role from account where id = $1',
      values: [id],
    });
    return rows[0];
  }
}
