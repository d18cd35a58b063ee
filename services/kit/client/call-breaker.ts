import type { Breaker } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';

/** How a call was admitted: by a closed breaker, or as the probe of a half-open one. */
export type BreakerPass = 'call' | 'probe';
export type BreakerState = 'closed' | 'open' | 'half-open';

/** The window slides in steps of a tenth. */
const SLICE_COUNT = 10;

interface WindowSlice {
  /** Number of the slice since time 0. */
  readonly number: number;
  calls: number;
  failures: number;
}

/**
 * Circuit breaker (Nygard, Release It!, 2007): refuses all calls to a callee while too many of them fail, then lets one
 * call at a time probe whether the callee has recovered. The caller provides the clock, in milliseconds.
 */
export class CallBreaker {
  readonly #policy: Breaker;
  readonly #sliceMs: number;
  readonly #openMs: number;
  readonly #onState: (state: BreakerState) => void;
  readonly #slices: WindowSlice[] = [];
  #state: BreakerState = 'closed';
  #openedAt = 0;
  #isProbing = false;

  constructor(policy: Breaker, onState: (state: BreakerState) => void) {
    this.#policy = policy;
    this.#sliceMs = milliseconds(policy.window) / SLICE_COUNT;
    this.#openMs = milliseconds(policy.openTime);
    this.#onState = onState;
  }

  /** Returns the pass to hand to `report` when the call ends, or undefined if the call is refused. */
  admit(now: number): BreakerPass | undefined {
    if (this.#state === 'closed') return 'call';
    if (this.#state === 'open' && now - this.#openedAt >= this.#openMs) this.#setState('half-open');
    if (this.#state === 'open' || this.#isProbing) return undefined;
    this.#isProbing = true;
    return 'probe';
  }

  /**
   * Counts the result of a call.
   * @param hasFailed undefined if the caller cancelled the call, which says nothing about the callee
   */
  report(pass: BreakerPass, hasFailed: boolean | undefined, now: number): void {
    if (pass === 'probe') {
      this.#isProbing = false;
      if (hasFailed) this.#open(now);
      else if (hasFailed === false) this.#close();
      return;
    }
    // A call that was admitted before the breaker opened says nothing about the callee's recovery.
    if (this.#state !== 'closed' || hasFailed === undefined) return;
    const slice = this.#currentSlice(now);
    slice.calls++;
    if (!hasFailed) return;
    slice.failures++;
    const { calls, failures } = this.#sumWindow(now);
    if (calls >= this.#policy.minRequests && (100 * failures) / calls >= this.#policy.failurePercent)
      this.#open(now);
  }

  #open(now: number): void {
    this.#openedAt = now;
    this.#setState('open');
  }

  #close(): void {
    this.#slices.length = 0;
    this.#setState('closed');
  }

  #setState(state: BreakerState): void {
    this.#state = state;
    this.#onState(state);
  }

  #currentSlice(now: number): WindowSlice {
    const number = Math.floor(now / this.#sliceMs);
    const index = number % SLICE_COUNT;
    const slice = this.#slices[index];
    if (slice?.number === number) return slice;
    const next = { number, calls: 0, failures: 0 };
    this.#slices[index] = next;
    return next;
  }

  #sumWindow(now: number): { readonly calls: number; readonly failures: number } {
    const oldest = Math.floor(now / this.#sliceMs) - SLICE_COUNT;
    let calls = 0;
    let failures = 0;
    for (const slice of this.#slices) {
      // The array has holes until each slot was used once.
      if (!slice || slice.number <= oldest) continue;
      calls += slice.calls;
      failures += slice.failures;
    }
    return { calls, failures };
  }
}
