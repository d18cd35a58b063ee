import { context } from '@opentelemetry/api';
import type { Pool } from 'pg';
import type { Client } from '../kit/client/client.ts';
import type { Background } from '../kit/process/background.ts';
import { Batcher } from '../kit/process/batcher.ts';
import type { Log } from '../kit/telemetry/log.ts';
import type { Metrics } from '../kit/telemetry/metrics.ts';
import { contextOf, traceparentOf } from '../kit/telemetry/propagation.ts';
import { backOffMs } from '../kit/time/back-off.ts';
import type { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';
import type { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import { claimDueOrders, type Move, moveOrders, type OpenOrder, postponeOrder } from './due-orders.ts';
import { insertBatcher, type NewOrder, toOpenOrder } from './insert-orders.ts';
import type { OrderRow } from './order-row.ts';
import { SagaSteps } from './saga-steps.ts';
import { isOpen, type State } from './state-machine.ts';

const BACK_OFF = { minMs: 200, maxMs: 10_000, jitter: 'equal' } as const;
/** Orders moved by one statement. */
const MAX_BATCH_SIZE = 100;

export interface SagaOptions {
  readonly pool: Pool;
  readonly product: Client<ProductServiceDefinition>;
  readonly payment: Client<PaymentServiceDefinition>;
  readonly log: Log;
  /** Receives the number of orders that entered each state. */
  readonly metrics: Metrics;
  /** Called after an event was appended to the outbox. */
  readonly onEvent: () => void;
  /** Orders processed concurrently by this process. */
  readonly concurrency: number;
  /** Poll interval for due orders in milliseconds, when nothing wakes the saga earlier. */
  readonly pollMs: number;
  /** Age in milliseconds at which an order without a payment outcome is cancelled. */
  readonly paymentLimitMs: number;
}

/**
 * Processes every order until it is confirmed or cancelled.
 *
 * The life of an order:
 *
 *     paying ── captured ──> settling ── settled ──> confirmed
 *       │ │
 *       │ └── declined ──────────────────────┐
 *       │                                    v
 *       └── timedOut ──> refunding ─────> releasing ── released ──> cancelled
 *                              refunded
 *
 * PlaceOrder (place-order.ts) reserves the stock, then inserts the order and its event in one statement. It returns at
 * once, and the saga does the rest. In `paying` the saga authorizes and captures the payment, in `settling` it turns
 * the reservation into a sale. The two other open states are compensations: `refunding` returns the money when the
 * payment had no outcome in time, and `releasing` returns the stock. The transitions are declared in state-machine.ts
 * and enforced by a trigger; the calls of each state are in saga-steps.ts. Each transition updates the order and
 * appends the event of a changed status in one transaction (due-orders.ts).
 *
 * All pending work is in the rows, and every step is idempotent, so any process can resume where another stopped. A
 * process claims a due order by a lease of 15 seconds; if the process crashes, the lease expires and the order is due
 * again. A failed step is retried with exponential backoff. A sweep (orphans.ts) finds reservations without an order
 * and releases them through an order in state `releasing`. The outbox relay publishes the events, and customers who
 * watch an order are notified of each status change (watch-order.ts).
 */
export class Saga implements Background {
  readonly #options: SagaOptions;
  readonly #steps: SagaSteps;
  readonly #inserts: Batcher<NewOrder, boolean>;
  readonly #moves: Batcher<Move, OrderRow | undefined>;
  readonly #inFlight = new Set<Promise<void>>();
  #awake = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #stopping = false;
  /** Upper bound of the orders that a pending claim may add. */
  #claimLimit = 0;
  /** Whether unclaimed orders may be due; they take precedence over new ones. */
  #hasBacklog = true;

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
   * Inserts an order. Processes it at once if a slot is free and no due orders wait; otherwise it becomes due for any
   * process.
   * @returns false when an order with its id, or with its customer and key, exists
   */
  async begin(order: NewOrder): Promise<boolean> {
    const leased = !this.#stopping && !this.#hasBacklog && this.#freeSlots() > 0;
    const placed = { ...order, leased, traceparent: traceparentOf() };
    const inserting = this.#inserts.submit(placed);
    if (leased)
      this.#track(
        inserting.then((isInserted) => (isInserted ? this.#process(toOpenOrder(placed)) : undefined)),
      );
    const isInserted = await inserting;
    if (!isInserted) return false;
    this.#countTransition(order.state);
    this.#options.onEvent();
    if (!leased) {
      this.#hasBacklog = true;
      this.wake();
    }
    return true;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Stops after the steps in progress; other processes claim the orders afterwards. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
    await Promise.all(this.#inFlight);
  }

  /** Wakes the saga because an order has become due. */
  wake(): void {
    this.#awake.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#awake = Promise.withResolvers();
      const free = this.#freeSlots();
      const claimed = free > 0 ? await this.#claim(free) : 0;
      if (free === 0 || claimed < free) await this.#waitForPoll();
    }
  }

  #countTransition(weft_order_state: State): void {
    this.#options.metrics.count('weft_order_transitions_total', { weft_order_state });
  }

  #freeSlots(): number {
    return this.#options.concurrency - this.#inFlight.size - this.#claimLimit;
  }

  async #claim(limit: number): Promise<number> {
    const { pool, log } = this.#options;
    this.#claimLimit = limit;
    try {
      const orders = await claimDueOrders(pool, limit);
      for (const order of orders) {
        const trace = contextOf(order.traceparent ?? undefined);
        this.#track(context.with(trace, () => this.#process(order)));
      }
      this.#hasBacklog = orders.length === limit;
      return orders.length;
    } catch (error) {
      log.warn('due orders could not be claimed; retrying at the next poll', { error });
      this.#hasBacklog = true;
      return 0;
    } finally {
      this.#claimLimit = 0;
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work
      // The caller receives the error through its own promise.
      .catch(() => {})
      .finally(() => {
        if (this.#freeSlots() === 0) this.wake();
        this.#inFlight.delete(tracked);
      });
    this.#inFlight.add(tracked);
  }

  async #waitForPoll(): Promise<void> {
    const timer = setTimeout(() => this.wake(), this.#options.pollMs);
    await this.#awake.promise;
    clearTimeout(timer);
  }

  async #process(claimed: OpenOrder): Promise<void> {
    const { pool, log, onEvent } = this.#options;
    let order = claimed;
    try {
      for (;;) {
        const { next, reason } = await this.#steps.execute(order);
        const moved = await this.#moves.submit({ order, next, reason });
        onEvent();
        if (moved) this.#countTransition(moved.state);
        if (!moved || !isOpen(moved.state)) return;
        order = { ...order, ...moved, state: moved.state };
        if (this.#stopping) return await postponeOrder(pool, order, 0);
      }
    } catch (error) {
      const { id, state, attempts } = order;
      log.warn('order step failed; retrying with backoff', { order: id, state, attempts, error });
      // If this fails as well, the order is due again when its lease expires.
      await postponeOrder(pool, order, backOffMs(BACK_OFF, attempts - 1)).catch(() => {});
    }
  }
}
