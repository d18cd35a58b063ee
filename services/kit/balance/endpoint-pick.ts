/**
 * Picks an endpoint for a request.
 * @param key hash of the request, an unsigned 32-bit integer. Hashing balancers pick the same endpoint for the same
 *   key; others ignore it
 * @param round 0 for the first pick; the next round if the endpoint cannot be used
 */
export type EndpointPick<E> = (key: number, round: number) => E;

/** Returns a number from 0 (inclusive) to 1 (exclusive), like Math.random. */
export type RandomSource = () => number;

export type NonEmptyList<T> = readonly [T, ...T[]];
