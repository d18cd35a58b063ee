import { LRUCache } from 'lru-cache';
import type { Client } from '../kit/client/client.ts';
import { ServiceError } from '../kit/errors/service-error.ts';
import type { CallContext } from '../kit/grpc/handlers.ts';
import type { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';

/** Time that a valid token is cached, in milliseconds. A token that is revoked meanwhile is declined by payment. */
const TOKEN_TTL_MS = 10_000;
/** Capacity of the LRU cache. */
const MAX_TOKENS = 10_000;
const TIMEOUT_MS = 1_000;

/** Checks payment tokens before an order is placed, so that an unknown token is refused instead of declined later. */
export class PaymentTokens {
  readonly #payment: Client<PaymentServiceDefinition>;
  readonly #now: () => number;
  /** Time at which payment last accepted each token. */
  readonly #checkedAt = new LRUCache<string, number>({ max: MAX_TOKENS });

  /** @param now monotonic clock, in milliseconds. @default performance.now */
  constructor(payment: Client<PaymentServiceDefinition>, now = () => performance.now()) {
    this.#payment = payment;
    this.#now = now;
  }

  /**
   * Returns the error of an unknown token, or undefined. If payment is unavailable, the token passes: customers can
   * still order, and payment declines unknown tokens later.
   */
  async check(token: string, context: CallContext): Promise<ServiceError | undefined> {
    const checkedAt = this.#checkedAt.get(token);
    if (checkedAt !== undefined && this.#now() - checkedAt < TOKEN_TTL_MS) return undefined;
    try {
      await this.#payment.checkToken({ token }, { context, timeoutMs: TIMEOUT_MS });
      this.#checkedAt.set(token, this.#now());
      return undefined;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'unavailable' || error.code === 'deadline-exceeded') return undefined;
      return error;
    }
  }
}
