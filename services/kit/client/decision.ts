import type { Limits } from '../../../mesh/policy/call-policy.ts';
import type { How } from './failure.ts';

/** What the in-app layer decided about a call or a host, to be counted and read. */
export type Decision =
  /** A host failed `errors` times in a row and is out of balancing. */
  | { readonly kind: 'ejected'; readonly host: string; readonly errors: number }
  /** An ejected host's time is over. */
  | { readonly kind: 'returned'; readonly host: string }
  /** A try failed, and another is made after `waitMs`. */
  | {
      readonly kind: 'retried';
      readonly method: string;
      readonly attempt: number;
      readonly how: How;
      readonly code: number;
      readonly waitMs: number;
    }
  /** A try failed that could have been repeated, and is not. */
  | { readonly kind: 'not-retried'; readonly method: string; readonly because: NotRetried }
  /** One more try was sent beside those that have no answer yet. */
  | { readonly kind: 'hedged'; readonly method: string; readonly attempt: number }
  /** A call was refused at once. */
  | { readonly kind: 'limited'; readonly method: string; readonly limit: keyof Limits }
  /** A failure that the policy asks for. */
  | { readonly kind: 'fault'; readonly method: string; readonly fault: 'delay' | 'abort' }
  /** The breaker stopped calls, lets one through to see, or lets all through again. */
  | { readonly kind: 'breaker'; readonly state: 'open' | 'half-open' | 'closed' }
  /** A call was refused since the breaker is open. */
  | { readonly kind: 'broken'; readonly method: string };

/**
 * Why a try is not repeated: the method is not idempotent, the call is made for a retry, the callee said so, there is
 * no time, or too many retries are under way.
 */
export type NotRetried =
  | 'not-idempotent'
  | 'retry-of-a-retry'
  | 'push-back'
  | 'deadline'
  | 'budget'
  | 'concurrentRetries';

/** What tells apart decisions of one kind, in a word of few: which limit, why, which state. */
export function detailOf(decision: Decision): string {
  switch (decision.kind) {
    case 'retried':
      return decision.how;
    case 'not-retried':
      return decision.because;
    case 'limited':
      return decision.limit;
    case 'fault':
      return decision.fault;
    case 'breaker':
      return decision.state;
    default:
      return '';
  }
}

export type Observe = (decision: Decision) => void;
