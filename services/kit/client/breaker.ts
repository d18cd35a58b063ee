import type { Breaker as BreakerPolicy } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';

/** A call like others, or one that is let through to see. */
export type Admission = 'call' | 'probe';
export type BreakerState = 'closed' | 'open' | 'half-open';

/** How many parts a window is forgotten in. */
const SLICES = 10;

interface Slice {
  readonly turn: number;
  calls: number;
  failures: number;
}

/**
 * Stops all calls of a callee while too many of them fail, and lets one at a time through to see whether it is well again
 * (Nygard, Release It!, 2007). Its clock is the caller's, in milliseconds.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #sliceMs: number;
  readonly #openMs: number;
  readonly #onState: (state: BreakerState) => void;
  readonly #slices: Slice[] = [];
  #state: BreakerState = 'closed';
  #openedAt = 0;
  #probing = false;

  constructor(policy: BreakerPolicy, onState: (state: BreakerState) => void) {
    this.#policy = policy;
    this.#sliceMs = milliseconds(policy.window) / SLICES;
    this.#openMs = milliseconds(policy.openTime);
    this.#onState = onState;
  }

  /** As what a call may go, which is to be said when it is reported; `undefined` when it may not. */
  admit(now: number): Admission | undefined {
    if (this.#state === 'closed') return 'call';
    if (this.#state === 'open' && now - this.#openedAt >= this.#openMs) this.#become('half-open');
    if (this.#state === 'open' || this.#probing) return undefined;
    this.#probing = true;
    return 'probe';
  }

  /** Counts how a call ended; `failed` is undefined when its caller gave it up, which says nothing of the callee. */
  report(admission: Admission, failed: boolean | undefined, now: number): void {
    if (admission === 'probe') {
      this.#probing = false;
      if (failed) this.#open(now);
      else if (failed === false) this.#close();
      return;
    }
    // What was sent before the breaker opened says nothing of the time after.
    if (this.#state !== 'closed' || failed === undefined) return;
    const slice = this.#slice(now);
    slice.calls++;
    if (!failed) return;
    slice.failures++;
    const { calls, failures } = this.#seen(now);
    if (calls >= this.#policy.minRequests && (100 * failures) / calls >= this.#policy.failurePercent)
      this.#open(now);
  }

  #open(now: number): void {
    this.#openedAt = now;
    this.#become('open');
  }

  #close(): void {
    this.#slices.length = 0;
    this.#become('closed');
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#onState(state);
  }

  #slice(now: number): Slice {
    const turn = Math.floor(now / this.#sliceMs);
    const index = turn % SLICES;
    const slice = this.#slices[index];
    if (slice?.turn === turn) return slice;
    const fresh = { turn, calls: 0, failures: 0 };
    this.#slices[index] = fresh;
    return fresh;
  }

  #seen(now: number): { readonly calls: number; readonly failures: number } {
    const oldest = Math.floor(now / this.#sliceMs) - SLICES;
    let calls = 0;
    let failures = 0;
    for (const slice of this.#slices) {
      // A slot is undefined until its turn has come once.
      if (!slice || slice.turn <= oldest) continue;
      calls += slice.calls;
      failures += slice.failures;
    }
    return { calls, failures };
  }
}
