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
    AS requested (idempotency_key, amount, currency, token, outcome)
  ORDER BY idempotency_key
  ON CONFLICT (idempotency_key) DO NOTHING RETURNING idempotency_key AS key, outcome, token`;

const CAPTURE = `
  UPDATE provider_charge AS charge SET outcome = 'captured', changed_at = now()
  FROM unnest($1::text[]) AS requested (idempotency_key)
  WHERE charge.idempotency_key = requested.idempotency_key AND outcome = 'authorized'
  RETURNING charge.idempotency_key AS key, outcome, token`;

const CANCEL = `
  INSERT INTO provider_charge AS charge (idempotency_key, outcome) VALUES ($1, 'voided')
  ON CONFLICT (idempotency_key) DO UPDATE SET changed_at = now(),
    outcome = CASE charge.outcome WHEN 'captured' THEN 'refunded' ELSE 'voided' END
  WHERE charge.outcome IN ('authorized', 'captured') RETURNING outcome, token`;

const COLUMNS = 'idempotency_key AS key, outcome, to_jsonb(amount) AS amount, currency, token, changed_at';

const FIND = `SELECT ${COLUMNS} FROM provider_charge WHERE idempotency_key = $1`;

const LIST = `
  SELECT ${COLUMNS}, changed_at::text AS "changedAtText" FROM provider_charge
  WHERE (changed_at, idempotency_key) > ($1, $2) AND changed_at <= $3
  ORDER BY changed_at, idempotency_key LIMIT ${PAGE}`;

interface Row {
  readonly key: string;
  readonly outcome: ChargeOutcome;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly token: string | null;
  readonly changed_at: Date;
  /** `changed_at` with microseconds, which a Date would truncate. */
  readonly changedAtText: string;
}

type ChargeChange = Pick<Row, 'outcome' | 'token'>;

interface Booking extends AuthorizationRequest {
  readonly recordedOutcome: ChargeOutcome;
}

/** Charges authorized or captured by one statement. */
const MAX_BATCH_SIZE = 100;

/** A provider for tests: the token determines its behavior (test-tokens.ts), and no money moves. */
export class TestProvider implements PaymentProvider {
  readonly #pool: Pool;
  readonly #delayMs: number;
  readonly #authorizing: Batcher<Booking, ChargeChange | undefined>;
  readonly #capturing: Batcher<string, ChargeChange | undefined>;

  /** @param delayMs delay of the outcome for `tok_slow`, in milliseconds */
  constructor(pool: Pool, delayMs: number) {
    this.#pool = pool;
    this.#delayMs = delayMs;
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
    const recordedOutcome = behaviorOf(charge.token)?.recordedOutcome ?? 'declined';
    if (recordedOutcome === 'nothing') return await waitForAbort(signal);
    yield* this.#report(await this.#authorizing.submit({ ...charge, recordedOutcome }), charge.key, signal);
  }

  async *capture(key: string, signal: AbortSignal): AsyncGenerator<ChargeOutcome> {
    yield* this.#report(await this.#capturing.submit(key), key, signal);
  }

  async cancel(key: string): Promise<ChargeOutcome> {
    const cancelled = await this.#one<ChargeChange>('provider-cancel', CANCEL, [key]);
    return (cancelled ?? (await this.#existing(key))).outcome;
  }

  async find(key: string): Promise<ProviderCharge | undefined> {
    const row = await this.#one<Row>('provider-find', FIND, [key]);
    return row && toCharge(row);
  }

  async list({ since, until }: Period, cursor: string): Promise<ChargePage> {
    const after = decodeCursor(cursor, 2) ?? [since, ''];
    const values = [...after, until];
    const { rows } = await this.#pool.query<Row>({ name: 'provider-list', text: LIST, values });
    const lastRow = rows.length === PAGE ? rows.at(-1) : undefined;
    return {
      charges: rows.map(toCharge),
      nextCursor: lastRow ? encodeCursor([lastRow.changedAtText, lastRow.key]) : '',
    };
  }

  #authorizeAll(bookings: readonly Booking[]): Promise<readonly (ChargeChange | undefined)[]> {
    const keys = bookings.map(({ key }) => key);
    return this.#executeBatch('provider-authorize', AUTHORIZE, keys, [
      bookings.map(({ amount }) => amount),
      bookings.map(({ currency }) => currency),
      bookings.map(({ token }) => token),
      bookings.map(({ recordedOutcome }) => recordedOutcome),
    ]);
  }

  #captureAll(keys: readonly string[]): Promise<readonly (ChargeChange | undefined)[]> {
    return this.#executeBatch('provider-capture', CAPTURE, keys, []);
  }

  /** Executes a batch statement whose first parameter is the keys. Returns a row or undefined for each key. */
  async #executeBatch(name: string, text: string, keys: readonly string[], values: readonly unknown[]) {
    const { rows } = await this.#pool.query<ChargeChange & { readonly key: string }>({
      name,
      text,
      values: [keys, ...values],
    });
    const changes = new Map(rows.map((row) => [row.key, row]));
    return keys.map((key) => changes.get(key));
  }

  /**
   * Yields the outcomes as the token's behavior reports them.
   * @param change the change just made; undefined when the charge was already in that state or does not exist
   */
  async *#report(
    change: ChargeChange | undefined,
    key: string,
    signal: AbortSignal,
  ): AsyncGenerator<ChargeOutcome> {
    const charge = change ?? (await this.#one<Row>('provider-find', FIND, [key]));
    if (!charge) return;
    const reporting: TokenBehavior['reporting'] = behaviorOf(charge.token ?? '')?.reporting ?? 'once';
    if (reporting === 'never') return await waitForAbort(signal);
    if (reporting === 'late' && change) await delay(this.#delayMs, undefined, { signal });
    yield charge.outcome;
    if (reporting === 'twice') yield charge.outcome;
    if (reporting === 'unordered' && charge.outcome === 'captured') yield 'authorized';
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

function toCharge({ key, outcome, amount, currency, changed_at: changedAt }: Row): ProviderCharge {
  return { key, outcome, amount, currency, changedAt };
}

/** Waits until `signal` aborts, and then rejects. Never resolves. */
function waitForAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
