import type { Admission as Rules } from '../../../../mesh/policy/admission.ts';
import { serviceError } from '../../errors/service-error.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { TokenBucket } from './token-bucket.ts';

/** Says that a request is over, and whether how long it took says anything. */
export type EndRequest = (isTelling: boolean) => void;

/** Decides which requests a process takes, by who sends them and by how many it has. */
export class AdmissionControl {
  readonly #rules: Rules;
  readonly #limit: AdaptiveLimit | undefined;
  readonly #low: ReadonlySet<string>;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #now: () => number;

  /** @param now a clock in milliseconds. @default the machine's, from the start of the process */
  constructor(rules: Rules, now: () => number = () => performance.now()) {
    this.#rules = rules;
    this.#limit = rules.concurrency && new AdaptiveLimit(rules.concurrency);
    this.#low = new Set(rules.concurrency?.lowPriority);
    this.#now = now;
  }

  /**
   * Lets a request of `caller` in.
   * @param isStream whether it may stay open for long: it counts for the rate alone
   * @throws ServiceError `too-many-requests`, with the time after which there is room, or `overloaded`
   */
  admit(caller: string, isStream: boolean): EndRequest {
    const waitMs = this.#bucket(caller)?.take(this.#now()) ?? 0;
    if (waitMs > 0) throw serviceError('too-many-requests', { retryAfterMs: waitMs, metadata: { caller } });
    const limit = isStream ? undefined : this.#limit;
    if (!limit) return () => {};
    if (!limit.tryAcquire(this.#low.has(caller))) {
      throw serviceError('overloaded', {
        metadata: { limit: 'admission.concurrency', most: String(limit.limit) },
      });
    }
    const began = this.#now();
    return (isTelling) => limit.release(isTelling ? this.#now() - began : undefined);
  }

  /** Callers are services of the graph: there are few, and whoever the mesh does not know is one. */
  #bucket(caller: string): TokenBucket | undefined {
    const { rates = {} } = this.#rules;
    const known = this.#buckets.get(caller);
    if (known) return known;
    const rate = Object.hasOwn(rates, caller) ? rates[caller] : rates['*'];
    if (!rate) return undefined;
    const bucket = new TokenBucket(rate, this.#now());
    this.#buckets.set(caller, bucket);
    return bucket;
  }
}
