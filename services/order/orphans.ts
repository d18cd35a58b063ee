import type { Pool } from 'pg';
import type { Client } from '../kit/client/client.ts';
import type { Background } from '../kit/process/background.ts';
import type { Log } from '../kit/telemetry/log.ts';
import type { ProductServiceDefinition, Reservation } from '../proto/gen/weft/product/v1/product.ts';
import type { NewOrder } from './insert-orders.ts';

const PAGE = 500;

const WITHOUT_ORDER = `
  SELECT id FROM unnest($1::uuid[]) AS reserved (id)
  WHERE NOT EXISTS (SELECT FROM orders WHERE orders.id = reserved.id)`;

export interface OrphansOptions {
  readonly pool: Pool;
  readonly product: Client<ProductServiceDefinition>;
  readonly log: Log;
  /** Interval of the sweeps, in milliseconds. */
  readonly everyMs: number;
  /**
   * Minimum age of a reservation without an order, in milliseconds by the clock of its store. Must exceed the
   * duration of PlaceOrder.
   */
  readonly ageMs: number;
  /** Inserts an order and has it processed. Returns false when one with its id or key exists. */
  readonly begin: (order: NewOrder) => Promise<boolean>;
}

/**
 * Finds reservations whose order was never placed, for example because a process crashed in between. Each gets an
 * order in state `releasing`. A PlaceOrder call that is still in progress then finds that order instead.
 */
export class Orphans implements Background {
  readonly #options: OrphansOptions;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#sweeping = this.#sweeping
        .then(() => this.sweep())
        .catch((error) => {
          this.#options.log.warn(
            'sweep for reservations without an order failed; retrying at the next sweep',
            { error },
          );
        });
    }, this.#options.everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Sweeps once over all open reservations that are old enough. */
  async sweep(): Promise<void> {
    const { pool, product, ageMs } = this.#options;
    let cursor = '';
    do {
      const page = await product.listOpenReservations({ minAgeMs: ageMs, limit: PAGE, cursor });
      const ids = page.reservations.map((reservation) => reservation.orderId);
      const { rows } = await pool.query<{ id: string }>(WITHOUT_ORDER, [ids]);
      const orphans = new Set(rows.map((row) => row.id));
      for (const reservation of page.reservations) {
        if (orphans.has(reservation.orderId)) await this.#tryToAbandon(reservation);
      }
      cursor = page.nextCursor;
    } while (cursor !== '');
  }

  /**
   * Abandons a reservation. Only logs a failure, so that one failing reservation does not starve the others of the
   * sweep.
   */
  async #tryToAbandon(reservation: Reservation): Promise<void> {
    try {
      await this.#abandon(reservation);
    } catch (error) {
      const { orderId: order } = reservation;
      this.#options.log.warn(
        'reservation without an order could not be released; retrying at the next sweep',
        { order, error },
      );
    }
  }

  async #abandon(reservation: Reservation): Promise<void> {
    const { log, begin } = this.#options;
    const { orderId, customerId, idempotencyKey, items, total } = reservation;
    const isInserted = await begin({
      order: { id: orderId, customerId, status: 'pending', reason: '', total, items, placedAt: new Date() },
      idempotencyKey,
      fingerprint: null,
      paymentToken: '',
      state: 'releasing',
      reason: 'abandoned',
    });
    if (!isInserted) return;
    log.warn('releasing a reservation without an order', { order: orderId });
  }
}
