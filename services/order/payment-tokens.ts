import { LRUCache } from 'lru-cache';
import type { Client } from '../kit/client/client.ts';
import { ServiceError } from '../kit/errors/service-error.ts';
import type { CallContext } from '../kit/grpc/handlers.ts';
import type { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';

/** How long a token that payment knew is taken as known, milliseconds. One that is withdrawn meanwhile is declined. */
const KNOWN_MS = 10_000;
/** Capacity of the LRU cache. */
const MAX_TOKENS = 10_000;
const TIMEOUT_MS = 1_000;

/** Whether payment knows a token: asked before an order is placed, so that a wrong one is refused and not declined. */
export class PaymentTokens {
  readonly #payment: Client<PaymentServiceDefinition>;
  readonly #now: () => number;
  /** When payment knew them. */
  readonly #known = new LRUCache<string, number>({ max: MAX_TOKENS });

  /** @param now milliseconds that only grow. @default performance.now */
  constructor(payment: Client<PaymentServiceDefinition>, now = () => performance.now()) {
    this.#payment = payment;
    this.#now = now;
  }

  /**
   * What is wrong with a token; undefined for one that is known. A payment service that does not answer stops nobody
   * from ordering: what it does not know, it will decline.
   */
  async check(token: string, context: CallContext): Promise<ServiceError | undefined> {
    const knownAt = this.#known.get(token);
    if (knownAt !== undefined && this.#now() - knownAt < KNOWN_MS) return undefined;
    try {
      await this.#payment.checkToken({ token }, { context, timeoutMs: TIMEOUT_MS });
      this.#known.set(token, this.#now());
      return undefined;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'unavailable' || error.code === 'deadline-exceeded') return undefined;
      return error;
    }
  }
}
