import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Outcome, PaymentProvider, ProviderCharge } from './provider.ts';

const TOKENS: Readonly<Record<string, Outcome>> = {
  tok_ok: 'captured',
  tok_declined: 'declined',
  /** Takes the money at once and says so late. */
  tok_slow: 'captured',
  /** Says so twice. */
  tok_twice: 'captured',
};

const CHARGE = `
  INSERT INTO provider_charge (idempotency_key, amount, currency, outcome) VALUES ($1, $2, $3, $4)
  ON CONFLICT (idempotency_key) DO NOTHING`;

const OUTCOME = 'SELECT outcome FROM provider_charge WHERE idempotency_key = $1';

const CANCEL = `
  INSERT INTO provider_charge AS charge (idempotency_key, outcome) VALUES ($1, 'voided')
  ON CONFLICT (idempotency_key) DO UPDATE SET outcome = 'refunded' WHERE charge.outcome = 'captured'`;

/** A provider that decides by the token alone, and moves no money. A token that it does not know is declined. */
export class TestProvider implements PaymentProvider {
  readonly #pool: Pool;
  readonly #slowMs: number;

  /** @param slowMs milliseconds that the first answer to `tok_slow` takes */
  constructor(pool: Pool, slowMs: number) {
    this.#pool = pool;
    this.#slowMs = slowMs;
  }

  knows(token: string): boolean {
    return Object.hasOwn(TOKENS, token);
  }

  async *charge(charge: ProviderCharge, signal: AbortSignal): AsyncGenerator<Outcome> {
    const { key, amount, currency, token } = charge;
    const outcome = this.knows(token) ? TOKENS[token] : 'declined';
    const booked = await this.#pool.query({
      name: 'provider-charge',
      text: CHARGE,
      values: [key, amount, currency, outcome],
    });
    if (booked.rowCount && token === 'tok_slow') await delay(this.#slowMs, undefined, { signal });
    const answer = await this.#outcome(key);
    yield answer;
    if (token === 'tok_twice') yield answer;
  }

  async cancel(key: string): Promise<void> {
    await this.#pool.query(CANCEL, [key]);
  }

  async #outcome(key: string): Promise<Outcome> {
    const { rows } = await this.#pool.query<{ outcome: string }>({
      name: 'provider-outcome',
      text: OUTCOME,
      values: [key],
    });
    return rows[0]?.outcome === 'captured' ? 'captured' : 'declined';
  }
}
