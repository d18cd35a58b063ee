/** How the test provider takes a token. */
export interface TokenBehavior {
  /** What it enters into its books when it is to authorize. */
  readonly recordedOutcome: 'authorized' | 'captured' | 'declined' | 'nothing';
  /**
   * How it tells what it did: `late` only when it has just done it, `unordered` the capture before the authorization,
   * `never` in no answer at all.
   */
  readonly reporting: 'once' | 'twice' | 'late' | 'unordered' | 'never';
}

const TOKENS = new Map<string, TokenBehavior>([
  ['tok_ok', { recordedOutcome: 'authorized', reporting: 'once' }],
  ['tok_declined', { recordedOutcome: 'declined', reporting: 'once' }],
  ['tok_twice', { recordedOutcome: 'authorized', reporting: 'twice' }],
  /** Later than a call's deadline. */
  ['tok_slow', { recordedOutcome: 'authorized', reporting: 'late' }],
  /** Captures at once, as with means of payment that cannot be held. */
  ['tok_unordered', { recordedOutcome: 'captured', reporting: 'unordered' }],
  /** Does everything and never says so: only its books tell. */
  ['tok_silent', { recordedOutcome: 'authorized', reporting: 'never' }],
  /** As if no request reached it. */
  ['tok_lost', { recordedOutcome: 'nothing', reporting: 'never' }],
]);

/** Undefined for a token that the provider does not know. It declines that one. */
export function behaviorOf(token: string): TokenBehavior | undefined {
  return TOKENS.get(token);
}
