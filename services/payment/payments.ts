import type { Pool } from 'pg';
import { serviceError } from '../kit/errors/service-error.ts';
import { isUuid, uuidv7 } from '../kit/fields/uuid.ts';
import { Batcher } from '../kit/process/batcher.ts';
import { MIN_UUID } from '../kit/store/page.ts';
import type { Payment } from '../proto/gen/weft/payment/v1/payment.ts';
import { type ChargeOutcome, type PaymentStatus, STATUSES, TRANSITIONS } from './payment-status.ts';
import type { AuthorizationRequest, Period, ProviderCharge } from './provider.ts';

/** Rows per page. */
const PAGE = 500;

const COLUMNS = 'id, order_id, status, amount, currency, token';

const BEGIN = `
  INSERT INTO payment (${COLUMNS})
  SELECT id, order_id, 'authorizing', amount, currency, token
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[])
    AS requested (id, order_id, amount, currency, token)
  ORDER BY order_id
  ON CONFLICT (order_id) DO NOTHING RETURNING ${COLUMNS}`;

const VOID_IF_ABSENT = `
  INSERT INTO payment (id, order_id, status) VALUES ($1, $2, 'voided')
  ON CONFLICT (order_id) DO NOTHING RETURNING ${COLUMNS}`;

const FIND = `SELECT ${COLUMNS} FROM payment WHERE order_id = $1`;

const MOVES = STATUSES.flatMap((from) => TRANSITIONS[from].map((to) => `('${from}', '${to}')`));

const RECORD = `
  UPDATE payment SET status = reported.outcome
  FROM unnest($1::uuid[], $2::text[]) AS reported (order_id, outcome)
  WHERE payment.order_id = reported.order_id AND (payment.status, reported.outcome) IN (${MOVES})
  RETURNING ${COLUMNS.replaceAll(/\w+/g, 'payment.$&')}`;

const ADOPT = `
  INSERT INTO payment (id, order_id, status, amount, currency) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (order_id) DO NOTHING`;

const FIND_ALL = `SELECT ${COLUMNS} FROM payment WHERE order_id = ANY($1)`;

const CAPTURED = `
  SELECT ${COLUMNS} FROM payment
  WHERE created_at >= $1 AND created_at <= $2 AND status = 'captured' AND id > $3 ORDER BY id LIMIT ${PAGE}`;

export interface PaymentRow {
  readonly id: string;
  readonly order_id: string;
  readonly status: PaymentStatus;
  /** A bigint, which pg returns as text. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly token: string | null;
}

/** Payments inserted or updated by one statement. */
const MAX_BATCH_SIZE = 100;

/** An outcome of an order's charge, reported by the provider. */
interface ReportedOutcome {
  readonly orderId: string;
  readonly outcome: ChargeOutcome;
}

/** Stores the payments of orders. Every statement is idempotent. */
export class Payments {
  readonly #pool: Pool;
  readonly #begin: Batcher<AuthorizationRequest, PaymentRow | undefined>;
  readonly #record: Batcher<ReportedOutcome, PaymentRow | undefined>;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#begin = new Batcher(
      (charges) => this.#beginAll(charges),
      MAX_BATCH_SIZE,
      ({ key }) => key,
    );
    this.#record = new Batcher(
      (outcomes) => this.#recordAll(outcomes),
      MAX_BATCH_SIZE,
      ({ orderId }) => orderId,
    );
  }

  /** Returns the payment of the order with id `charge.key`, inserting it if it does not exist. */
  async begin(charge: AuthorizationRequest): Promise<PaymentRow> {
    return (await this.#begin.submit(charge)) ?? this.#existing(charge.key);
  }

  /**
   * Inserts a `voided` payment for an order without one, so that every later charge is refused. Returns the payment,
   * which may still be open if it existed.
   */
  async voidIfAbsent(orderId: string): Promise<PaymentRow> {
    return (
      (await this.#one('payment-void-if-absent', VOID_IF_ABSENT, [uuidv7(), orderId])) ??
      this.#existing(orderId)
    );
  }

  /**
   * Records an outcome, unless the payment has a later status. An outcome that arrives late or twice thus has no
   * effect.
   */
  async record(orderId: string, outcome: ChargeOutcome): Promise<PaymentRow> {
    return (await this.#record.submit({ orderId, outcome })) ?? this.#existing(orderId);
  }

  find(orderId: string): Promise<PaymentRow | undefined> {
    return this.#one('payment-find', FIND, [orderId]);
  }

  /** Inserts a payment for a charge that only the provider has, unless the order has a payment meanwhile. */
  async adopt({ key, outcome, amount, currency }: ProviderCharge): Promise<void> {
    await this.#pool.query(ADOPT, [uuidv7(), key, outcome, amount, currency]);
  }

  /** Returns the existing payments by order id. */
  async findAll(orderIds: readonly string[]): Promise<ReadonlyMap<string, PaymentRow>> {
    const { rows } = await this.#pool.query<PaymentRow>(FIND_ALL, [orderIds]);
    return byOrder(rows);
  }

  /** Yields the captured payments that were begun in a period, page by page. */
  async *captured({ since, until }: Period): AsyncGenerator<readonly PaymentRow[]> {
    let after = MIN_UUID;
    for (;;) {
      const { rows } = await this.#pool.query<PaymentRow>(CAPTURED, [since, until, after]);
      if (rows.length > 0) yield rows;
      const lastRow = rows.at(-1);
      if (!lastRow || rows.length < PAGE) return;
      after = lastRow.id;
    }
  }

  async #beginAll(charges: readonly AuthorizationRequest[]): Promise<readonly (PaymentRow | undefined)[]> {
    const { rows } = await this.#pool.query<PaymentRow>({
      name: 'payment-begin',
      text: BEGIN,
      values: [
        charges.map(() => uuidv7()),
        charges.map(({ key }) => key),
        charges.map(({ amount }) => amount),
        charges.map(({ currency }) => currency),
        charges.map(({ token }) => token),
      ],
    });
    const begun = byOrder(rows);
    return charges.map(({ key }) => begun.get(key));
  }

  async #recordAll(outcomes: readonly ReportedOutcome[]): Promise<readonly (PaymentRow | undefined)[]> {
    // Rows are locked in order of their order ids so that concurrent updates cannot deadlock.
    const sorted = outcomes.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1));
    const { rows } = await this.#pool.query<PaymentRow>({
      name: 'payment-record',
      text: RECORD,
      values: [sorted.map(({ orderId }) => orderId), sorted.map(({ outcome }) => outcome)],
    });
    const recorded = byOrder(rows);
    return outcomes.map(({ orderId }) => recorded.get(orderId));
  }

  async #existing(orderId: string): Promise<PaymentRow> {
    const row = await this.find(orderId);
    if (!row) throw new Error(`order ${orderId} has no payment, although the previous statement found one`);
    return row;
  }

  async #one(name: string, text: string, values: readonly unknown[]): Promise<PaymentRow | undefined> {
    const { rows } = await this.#pool.query<PaymentRow>({ name, text, values: [...values] });
    return rows[0];
  }
}

function byOrder(rows: readonly PaymentRow[]): ReadonlyMap<string, PaymentRow> {
  return new Map(rows.map((row) => [row.order_id, row]));
}

/** Returns the payment of an order. @throws ServiceError `not-found` */
export async function requirePayment(payments: Payments, orderId: string): Promise<PaymentRow> {
  const payment = isUuid(orderId) ? await payments.find(orderId) : undefined;
  if (payment) return payment;
  throw serviceError('not-found', { metadata: { what: `payment of order ${orderId.slice(0, 100)}` } });
}

/** Converts a row to a payment. */
export function toPayment(row: PaymentRow): Payment {
  const { id, order_id: orderId, status, amount, currency } = row;
  return {
    id,
    orderId,
    status,
    amount: amount === null || currency === null ? undefined : { amount: Number(amount), currency },
  };
}
