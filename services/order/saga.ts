import type { Pool } from 'pg';
import type { Client } from '../kit/client/client.ts';
import type { Background } from '../kit/process/background.ts';
import { Batcher } from '../kit/process/batcher.ts';
import type { Log } from '../kit/telemetry/log.ts';
import { backOffMs } from '../kit/time/back-off.ts';
import type { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';
import type { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import { claimDueOrders, type Move, moveOrders, type OpenOrder, postponeOrder } from './due-orders.ts';
import { insertBatcher, type NewOrder, toOpenOrder } from './insert-orders.ts';
import type { OrderRow } from './order-row.ts';
import { SagaSteps } from './saga-steps.ts';
import { isOpen } from './state-machine.ts';

const BACK_OFF = { minMs: 200, maxMs: 10_000, jitter: 'equal' } as const;
/** Orders moved by one statement. */
const MAX_BATCH_SIZE = 100;

export interface SagaOptions {
  readonly pool: Pool;
  readonly product: Client<ProductServiceDefinition>;
  readonly payment: Client<PaymentServiceDefinition>;
  readonly log: Log;
  /** Called after an event was written to the outbox. */
  readonly onEvent: () => void;
  /** Orders worked on at once by this process. */
  readonly concurrency: number;
  /** Milliseconds between two looks for orders that are due, when nothing else calls for one. */
  readonly pollMs: number;
  /** Milliseconds after which an order whose payment has no outcome is cancelled. */
  readonly paymentLimitMs: number;
}

/**
 * Carries every order to its end. What is left to do is in the rows alone, and every step may be repeated: any
 * process goes on where another stopped.
 */
export class Saga implements Background {
  readonly #options: SagaOptions;
  readonly #steps: SagaSteps;
  readonly #inserts: Batcher<NewOrder, boolean>;
  readonly #moves: Batcher<Move, OrderRow | undefined>;
  readonly #underWay = new Set<Promise<void>>();
  #awake = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #stopping = false;
  /** Orders that a claim under way may add. */
  #claiming = 0;
  /** Whether orders may be due that nobody works on: they come before new ones. */
  #behind = true;

  constructor(options: SagaOptions) {
    this.#options = options;
    this.#steps = new SagaSteps(options);
    this.#inserts = insertBatcher(options.pool);
    this.#moves = new Batcher(
      (moves) => moveOrders(options.pool, moves),
      MAX_BATCH_SIZE,
      ({ order }) => order.id,
    );
  }

  /**
   * Makes an order, and carries it on at once when nothing else waits; otherwise it is due for whoever comes to it first.
   * @returns whether it was made: false when there is one with its id, or with its customer and key
   */
  async begin(placing: NewOrder): Promise<boolean> {
    const leased = !this.#stopping && !this.#behind && this.#free() > 0;
    const making = this.#inserts.submit({ ...placing, leased });
    if (leased) this.#keep(making.then((made) => (made ? this.#carry(toOpenOrder(placing)) : undefined)));
    const made = await making;
    if (!made) return false;
    this.#options.onEvent();
    if (!leased) {
      this.#behind = true;
      this.wake();
    }
    return true;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the steps that are under way; what comes after them is left to the next process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
    await Promise.all(this.#underWay);
  }

  /** Says that an order has become due. */
  wake(): void {
    this.#awake.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#awake = Promise.withResolvers();
      const free = this.#free();
      const claimed = free > 0 ? await this.#claim(free) : 0;
      if (free === 0 || claimed < free) await this.#nextLook();
    }
  }

  #free(): number {
    return this.#options.concurrency - this.#underWay.size - this.#claiming;
  }

  async #claim(limit: number): Promise<number> {
    const { pool, log } = this.#options;
    this.#claiming = limit;
    try {
      const orders = await claimDueOrders(pool, limit);
      for (const order of orders) this.#keep(this.#carry(order));
      this.#behind = orders.length === limit;
      return orders.length;
    } catch (error) {
      log.warn('orders that are due could not be read', { error });
      this.#behind = true;
      return 0;
    } finally {
      this.#claiming = 0;
    }
  }

  #keep(work: Promise<void>): void {
    const kept = work
      // Whoever asked for the order is told.
      .catch(() => {})
      .finally(() => {
        if (this.#free() === 0) this.wake();
        this.#underWay.delete(kept);
      });
    this.#underWay.add(kept);
  }

  async #nextLook(): Promise<void> {
    const timer = setTimeout(() => this.wake(), this.#options.pollMs);
    await this.#awake.promise;
    clearTimeout(timer);
  }

  async #carry(claimed: OpenOrder): Promise<void> {
    const { pool, log, onEvent } = this.#options;
    let order = claimed;
    try {
      for (;;) {
        const { next, reason } = await this.#steps.execute(order);
        const moved = await this.#moves.submit({ order, next, reason });
        onEvent();
        if (!moved || !isOpen(moved.state)) return;
        order = { ...order, ...moved, state: moved.state };
        if (this.#stopping) return await postponeOrder(pool, order, 0);
      }
    } catch (error) {
      const { id, state, attempts } = order;
      log.warn('a step of an order failed and will be repeated', { order: id, state, attempts, error });
      // Should this fail too, the order is due again when its lease ends.
      await postponeOrder(pool, order, backOffMs(BACK_OFF, attempts - 1)).catch(() => {});
    }
  }
}
