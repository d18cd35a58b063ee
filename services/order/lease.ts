/** Lease of an order, as an interval of Postgres: no other process claims the order meanwhile. */
export const LEASE = `interval '15 seconds'`;

/** Shortest remaining lease to continue with an order. One step makes two calls of at most 5 seconds each. */
export const MIN_LEASE = `interval '10 seconds'`;
