import type { Client } from '../kit/client/client.ts';
import { Batcher } from '../kit/process/batcher.ts';
import type { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';
import type { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import type { OpenOrder } from './due-orders.ts';
import { nextState, type Reason, type State, type TransitionName } from './state-machine.ts';

/** Deadline of each call, even if its policy has none. Two of them fit into the lease of an order. */
const STEP_TIMEOUT_MS = 5_000;
/** Reservations settled by one call. */
const MAX_SETTLE_BATCH = 100;

/** Result of a step. */
export interface StepResult {
  readonly next: State;
  /** Reason of the cancellation, if the step decided it. */
  readonly reason: Reason | undefined;
}

export interface SagaStepsOptions {
  readonly product: Client<ProductServiceDefinition>;
  readonly payment: Client<PaymentServiceDefinition>;
  /** Age in milliseconds at which an order without a payment outcome is cancelled. */
  readonly paymentLimitMs: number;
}

/** Reason of the cancellation for each outcome of the payment. */
const REASONS: Readonly<Record<TransitionName<'paying'>, Reason | undefined>> = {
  captured: undefined,
  declined: 'payment-declined',
  timedOut: 'payment-timeout',
};

/** Executes the calls that each state requires. Every call is idempotent. */
export class SagaSteps {
  readonly #options: SagaStepsOptions;
  /** Resolves with whether the reservation was settled by a batch call. */
  readonly #settling: Batcher<string, boolean>;

  constructor(options: SagaStepsOptions) {
    this.#options = options;
    this.#settling = new Batcher((orderIds) => this.#settle(orderIds), MAX_SETTLE_BATCH);
  }

  /** Executes the step of the order's state. @throws Error when the outcome is unknown */
  async execute(order: OpenOrder): Promise<StepResult> {
    const { product, payment } = this.#options;
    const orderId = order.id;
    const call = { timeoutMs: STEP_TIMEOUT_MS };
    switch (order.state) {
      case 'paying': {
        const outcome = await this.#pay(order);
        return { next: nextState('paying', outcome), reason: REASONS[outcome] };
      }
      case 'settling':
        // A single call returns the reason of the failure.
        if (!(await this.#settling.submit(orderId))) await product.settle({ orderId }, call);
        return { next: nextState('settling', 'settled'), reason: undefined };
      case 'refunding':
        await payment.cancel({ orderId }, call);
        return { next: nextState('refunding', 'refunded'), reason: undefined };
      case 'releasing':
        await product.release({ orderId }, call);
        return { next: nextState('releasing', 'released'), reason: undefined };
    }
  }

  async #settle(orderIds: readonly string[]): Promise<readonly boolean[]> {
    const { product } = this.#options;
    const answer = await product.settleAll({ orderIds: [...orderIds] }, { timeoutMs: STEP_TIMEOUT_MS });
    const settled = new Set(answer.orderIds);
    return orderIds.map((id) => settled.has(id));
  }

  async #pay(order: OpenOrder): Promise<TransitionName<'paying'>> {
    if (order.age_ms > this.#options.paymentLimitMs) return 'timedOut';
    const amount = { amount: Number(order.total_amount), currency: order.total_currency };
    const call = { timeoutMs: STEP_TIMEOUT_MS };
    const orderId = order.id;
    const authorizing = { orderId, amount, token: order.payment_token };
    let { payment } = await this.#options.payment.authorize(authorizing, call);
    if (payment?.status === 'authorized')
      ({ payment } = await this.#options.payment.capture({ orderId }, call));
    switch (payment?.status) {
      case 'captured':
        return 'captured';
      case 'declined':
      case 'voided':
      case 'refunded':
        return 'declined';
      default:
        throw new Error(`payment of order ${orderId} is ${payment?.status}; its outcome is unknown`);
    }
  }
}
