/** What the in-app layer decided about a call or a host, to be counted and read. */
export type Decision =
  /** A host failed `errors` times in a row and is out of balancing. */
  | { readonly kind: 'ejected'; readonly host: string; readonly errors: number }
  /** An ejected host's time is over. */
  | { readonly kind: 'returned'; readonly host: string };

export type Observe = (decision: Decision) => void;
