import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { Batcher } from '../kit/process/batcher.ts';
import { decodeCursor, encodeCursor } from '../kit/store/cursor.ts';
import type { ChargeOutcome } from './payment-status.ts';
import type {
  AuthorizationRequest,
  ChargePage,
  PaymentProvider,
  Period,
  ProviderCharge,
} from './provider.ts';
import { behaviorOf, type TokenBehavior } from './test-tokens.ts';

const PAGE = 500;

const AUTHORIZE = `
  INSERT INTO provider_charge (idempotency_key, amount, currency, token, outcome)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])
    AS asked (idempotency_key, amount, currency, token, outcome)
  ORDER BY idempotency_key
  ON CONFLICT (idempotency_key) DO NOTHING RETURNING idempotency_key AS key, outcome, token`;

const CAPTURE = `
  UPDATE provider_charge AS charge SET outcome = 'captured', changed_at = now()
  FROM unnest($1::text[]) AS asked (idempotency_key)
  WHERE charge.idempotency_key = asked.idempotency_key AND outcome = 'authorized'
  RETURNING charge.idempotency_key AS key, outcome, token`;

const CANCEL = `
  INSERT INTO provider_charge AS charge (idempotency_key, outcome) VALUES ($1, 'voided')
  ON CONFLICT (idempotency_key) DO UPDATE SET changed_at = now(),
    outcome = CASE charge.outcome WHEN 'captured' THEN 'refunded' ELSE 'voided' END
  WHERE charge.outcome IN ('authorized', 'captured') RETURNING outcome, token`;

const COLUMNS = 'idempotency_key AS key, outcome, to_jsonb(amount) AS amount, currency, token, changed_at';

const FIND = `SELECT ${COLUMNS} FROM provider_charge WHERE idempotency_key = $1`;

const LIST = `
  SELECT ${COLUMNS}, changed_at::text AS place FROM provider_charge
  WHERE (changed_at, idempotency_key) > ($1, $2) AND changed_at <= $3
  ORDER BY changed_at, idempotency_key LIMIT ${PAGE}`;

interface Row {
  readonly key: string;
  readonly outcome: ChargeOutcome;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly token: string | null;
  readonly changed_at: Date;
  /** Its time in full, where a Date ends at milliseconds. */
  readonly place: string;
}

type ChargeChange = Pick<Row, 'outcome' | 'token'>;

interface Booking extends AuthorizationRequest {
  readonly books: ChargeOutcome;
}

/** Charges authorized or captured by one statement. */
const MAX_BATCH_SIZE = 100;

/** A provider that decides by the token alone (test-tokens.ts), and moves no money. */
export class TestProvider implements PaymentProvider {
  readonly #pool: Pool;
  readonly #lateMs: number;
  readonly #authorizing: Batcher<Booking, ChargeChange | undefined>;
  readonly #capturing: Batcher<string, ChargeChange | undefined>;

  /** @param lateMs milliseconds that it takes to say what it has just done with `tok_slow` */
  constructor(pool: Pool, lateMs: number) {
    this.#pool = pool;
    this.#lateMs = lateMs;
    this.#authorizing = new Batcher(
      (bookings) => this.#authorizeAll(bookings),
      MAX_BATCH_SIZE,
      ({ key }) => key,
    );
    this.#capturing = new Batcher(
      (keys) => this.#captureAll(keys),
      MAX_BATCH_SIZE,
      (key) => key,
    );
  }

  isKnownToken(token: string): boolean {
    return behaviorOf(token) !== undefined;
  }

  async *authorize(charge: AuthorizationRequest, signal: AbortSignal): AsyncGenerator<ChargeOutcome> {
    const books = behaviorOf(charge.token)?.recordedOutcome ?? 'declined';
    if (books === 'nothing') return await silence(signal);
    yield* this.#tell(await this.#authorizing.submit({ ...charge, books }), charge.key, signal);
  }

  async *capture(key: string, signal: AbortSignal): AsyncGenerator<ChargeOutcome> {
    yield* this.#tell(await this.#capturing.submit(key), key, signal);
  }

  async cancel(key: string): Promise<ChargeOutcome> {
    const cancelled = await this.#one<ChargeChange>('provider-cancel', CANCEL, [key]);
    return (cancelled ?? (await this.#existing(key))).outcome;
  }

  async find(key: string): Promise<ProviderCharge | undefined> {
    const row = await this.#one<Row>('provider-find', FIND, [key]);
    return row && toBooked(row);
  }

  async list({ since, until }: Period, cursor: string): Promise<ChargePage> {
    const after = decodeCursor(cursor, 2) ?? [since, ''];
    const values = [...after, until];
    const { rows } = await this.#pool.query<Row>({ name: 'provider-list', text: LIST, values });
    const last = rows.length === PAGE ? rows.at(-1) : undefined;
    return { charges: rows.map(toBooked), nextCursor: last ? encodeCursor([last.place, last.key]) : '' };
  }

  #authorizeAll(bookings: readonly Booking[]): Promise<readonly (ChargeChange | undefined)[]> {
    const keys = bookings.map(({ key }) => key);
    return this.#each('provider-authorize', AUTHORIZE, keys, [
      bookings.map(({ amount }) => amount),
      bookings.map(({ currency }) => currency),
      bookings.map(({ token }) => token),
      bookings.map(({ books }) => books),
    ]);
  }

  #captureAll(keys: readonly string[]): Promise<readonly (ChargeChange | undefined)[]> {
    return this.#each('provider-capture', CAPTURE, keys, []);
  }

  /** What a statement says of each of the keys, which are its first parameter. */
  async #each(name: string, text: string, keys: readonly string[], values: readonly unknown[]) {
    const { rows } = await this.#pool.query<ChargeChange & { readonly key: string }>({
      name,
      text,
      values: [keys, ...values],
    });
    const told = new Map(rows.map((row) => [row.key, row]));
    return keys.map((key) => told.get(key));
  }

  /** @param done what was changed just now; undefined when it had been before, or could not be */
  async *#tell(
    done: ChargeChange | undefined,
    key: string,
    signal: AbortSignal,
  ): AsyncGenerator<ChargeOutcome> {
    const charge = done ?? (await this.#one<Row>('provider-find', FIND, [key]));
    if (!charge) return;
    const tells: TokenBehavior['reporting'] = behaviorOf(charge.token ?? '')?.reporting ?? 'once';
    if (tells === 'never') return await silence(signal);
    if (tells === 'late' && done) await delay(this.#lateMs, undefined, { signal });
    yield charge.outcome;
    if (tells === 'twice') yield charge.outcome;
    if (tells === 'unordered' && charge.outcome === 'captured') yield 'authorized';
  }

  async #existing(key: string): Promise<Row> {
    const row = await this.#one<Row>('provider-find', FIND, [key]);
    if (!row) throw new Error(`the provider has lost charge ${key}`);
    return row;
  }

  async #one<T extends ChargeChange>(name: string, text: string, values: unknown[]): Promise<T | undefined> {
    const { rows } = await this.#pool.query<T>({ name, text, values });
    return rows[0];
  }
}

function toBooked({ key, outcome, amount, currency, changed_at: changedAt }: Row): ProviderCharge {
  return { key, outcome, amount, currency, changedAt };
}

/** Ends with the caller's patience. */
function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
