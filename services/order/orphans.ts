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
  /** Milliseconds between two sweeps. */
  readonly everyMs: number;
  /** Milliseconds that a reservation may be without an order, by the clock of its store: longer than placing one takes. */
  readonly ageMs: number;
  /** Makes an order, and sees to it that it is carried on. False when there is one for its id or key. */
  readonly begin: (order: NewOrder) => Promise<boolean>;
}

/**
 * Finds reservations that were made for an order which then was not placed. Each gets an order that starts with
 * the release: should the placing still be under way, it finds that order in its place.
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
          this.#options.log.warn('reservations without an order could not be looked for', { error });
        });
    }, this.#options.everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Looks once at all open reservations that are old enough. */
  async sweep(): Promise<void> {
    const { pool, product, ageMs } = this.#options;
    // A product from before min_age_ms goes by this clock, as it always did.
    const reservedBefore = new Date(Date.now() - ageMs);
    let cursor = '';
    do {
      const page = await product.listOpenReservations({
        minAgeMs: ageMs,
        reservedBefore,
        limit: PAGE,
        cursor,
      });
      const ids = page.reservations.map((reservation) => reservation.orderId);
      const { rows } = await pool.query<{ id: string }>(WITHOUT_ORDER, [ids]);
      const orphans = new Set(rows.map((row) => row.id));
      for (const reservation of page.reservations) {
        if (orphans.has(reservation.orderId)) await this.#tryToAbandon(reservation);
      }
      cursor = page.nextCursor;
    } while (cursor !== '');
  }

  /** One reservation that cannot be abandoned must not starve those behind it. */
  async #tryToAbandon(reservation: Reservation): Promise<void> {
    try {
      await this.#abandon(reservation);
    } catch (error) {
      const { orderId: order } = reservation;
      this.#options.log.warn('a reservation without an order stays until the next sweep', { order, error });
    }
  }

  async #abandon(reservation: Reservation): Promise<void> {
    const { log, begin } = this.#options;
    const { orderId, customerId, idempotencyKey, items, total } = reservation;
    const made = await begin({
      order: { id: orderId, customerId, status: 'pending', reason: '', total, items, placedAt: new Date() },
      idempotencyKey,
      fingerprint: null,
      paymentToken: '',
      state: 'releasing',
      reason: 'abandoned',
    });
    if (!made) return;
    log.warn('a reservation without an order is released', { order: orderId });
  }
}
