/**
 * Chooses one of a list of hosts for a request.
 *
 * @param key hash of the request, 32 bits without a sign; the same key is for the same host where balancing hashes
 * @param attempt 0 at first; a higher one asks again, for a host other than those that were no good
 */
export type Pick<H> = (key: number, attempt: number) => H;

/** A number from 0 to 1, 1 not among them. */
export type Random = () => number;

/** What has at least one element. */
export type Some<T> = readonly [T, ...T[]];
