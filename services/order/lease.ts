/** How long an order that a process works on is nobody else's: an interval of Postgres. */
export const LEASE = `interval '15 seconds'`;

/** A process that goes on with an order needs this much of it: a step makes two calls of 5 seconds at most. */
export const MIN_LEASE = `interval '10 seconds'`;
