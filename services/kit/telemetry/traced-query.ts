/** pg's `Client.prototype.query`, whose overloads have no common signature. */
type Query = (...statement: unknown[]) => unknown;

let query: Query | undefined;

/** Returns the method of a pg client that executes a statement with a span; undefined without tracing. */
export function tracedQuery(): Query | undefined {
  return query;
}

/** Sets the method that `tracedQuery` returns. */
export function setTracedQuery(traced: Query | undefined): void {
  query = traced;
}
