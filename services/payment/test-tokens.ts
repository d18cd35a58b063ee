/** Behavior of the test provider for a token. */
export interface TokenBehavior {
  /** Outcome that an authorization records; `nothing` records none. */
  readonly recordedOutcome: 'authorized' | 'captured' | 'declined' | 'nothing';
  /**
   * How outcomes are reported: `late` only for a new change, `unordered` the capture before the authorization,
   * `never` not at all.
   */
  readonly reporting: 'once' | 'twice' | 'late' | 'unordered' | 'never';
}

const TOKENS = new Map<string, TokenBehavior>([
  ['tok_ok', { recordedOutcome: 'authorized', reporting: 'once' }],
  ['tok_declined', { recordedOutcome: 'declined', reporting: 'once' }],
  ['tok_twice', { recordedOutcome: 'authorized', reporting: 'twice' }],
  /** Reports after the deadline of a call. */
  ['tok_slow', { recordedOutcome: 'authorized', reporting: 'late' }],
  /** Captures at once, like payment methods without authorization. */
  ['tok_unordered', { recordedOutcome: 'captured', reporting: 'unordered' }],
  /** Executes every operation but never reports its outcome; only the ledger shows it. */
  ['tok_silent', { recordedOutcome: 'authorized', reporting: 'never' }],
  /** Behaves as if no request arrived. */
  ['tok_lost', { recordedOutcome: 'nothing', reporting: 'never' }],
]);

/** Returns the behavior of a token; undefined for an unknown token, which the provider declines. */
export function behaviorOf(token: string): TokenBehavior | undefined {
  return TOKENS.get(token);
}
