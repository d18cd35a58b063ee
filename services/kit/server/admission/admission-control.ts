import type { Admission } from '../../../../mesh/policy/admission.ts';
import { serviceError } from '../../errors/service-error.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { TokenBucket } from './token-bucket.ts';

/** Ends an admitted request. `isSample` tells whether its latency is representative of the service. */
export type EndRequest = (isSample: boolean) => void;

/** Admits or rejects requests by the rate of their caller and by the number of concurrent requests. */
export class AdmissionControl {
  readonly #rules: Admission;
  readonly #limit: AdaptiveLimit | undefined;
  readonly #lowPriority: ReadonlySet<string>;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #now: () => number;

  /** @param now returns a monotonic time in milliseconds. @default performance.now */
  constructor(rules: Admission, now: () => number = () => performance.now()) {
    this.#rules = rules;
    this.#limit = rules.concurrency && new AdaptiveLimit(rules.concurrency);
    this.#lowPriority = new Set(rules.concurrency?.lowPriority);
    this.#now = now;
  }

  /**
   * Admits a request of `caller`.
   * @param isStream whether the request may stay open for long; it then counts for the rate only
   * @throws ServiceError `too-many-requests` with the time until the rate admits a request, or `overloaded`
   */
  admit(caller: string, isStream: boolean): EndRequest {
    const waitMs = this.#bucket(caller)?.take(this.#now()) ?? 0;
    if (waitMs > 0) throw serviceError('too-many-requests', { retryAfterMs: waitMs, metadata: { caller } });
    const limit = isStream ? undefined : this.#limit;
    if (!limit) return () => {};
    if (!limit.tryAcquire(this.#lowPriority.has(caller))) {
      throw serviceError('overloaded', {
        metadata: { limit: 'admission.concurrency', max: String(limit.limit) },
      });
    }
    const startedAt = this.#now();
    return (isSample) => limit.release(isSample ? this.#now() - startedAt : undefined);
  }

  /** Buckets are never evicted: callers are the services of the graph, plus one entry for all unknown callers. */
  #bucket(caller: string): TokenBucket | undefined {
    const { rates = {} } = this.#rules;
    const existing = this.#buckets.get(caller);
    if (existing) return existing;
    const rate = Object.hasOwn(rates, caller) ? rates[caller] : rates['*'];
    if (!rate) return undefined;
    const bucket = new TokenBucket(rate, this.#now());
    this.#buckets.set(caller, bucket);
    return bucket;
  }
}
