/** How the test provider takes a token. */
export interface Manner {
  /** What it enters into its books when it is to authorize. */
  readonly books: 'authorized' | 'captured' | 'declined' | 'nothing';
  /**
   * How it tells what it did: `late` only when it has just done it, `unordered` the capture before the authorization,
   * `never` in no answer at all.
   */
  readonly tells: 'once' | 'twice' | 'late' | 'unordered' | 'never';
}

const TOKENS = new Map<string, Manner>([
  ['tok_ok', { books: 'authorized', tells: 'once' }],
  ['tok_declined', { books: 'declined', tells: 'once' }],
  ['tok_twice', { books: 'authorized', tells: 'twice' }],
  /** Later than a call's deadline. */
  ['tok_slow', { books: 'authorized', tells: 'late' }],
  /** Captures at once, as with means of payment that cannot be held. */
  ['tok_unordered', { books: 'captured', tells: 'unordered' }],
  /** Does everything and never says so: only its books tell. */
  ['tok_silent', { books: 'authorized', tells: 'never' }],
  /** As if no request reached it. */
  ['tok_lost', { books: 'nothing', tells: 'never' }],
]);

/** Undefined for a token that the provider does not know. It declines that one. */
export function mannerOf(token: string): Manner | undefined {
  return TOKENS.get(token);
}
