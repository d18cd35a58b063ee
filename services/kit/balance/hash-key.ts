import { hostname } from 'node:os';
import type { Balance } from '../../../mesh/policy/balance.ts';
import { hash } from './hash.ts';

/** Key of balancing by source, in place of the caller's address: the host name of a pod is as unique as its address. */
const SOURCE = `${hostname()}:${process.pid}`;

/**
 * Returns a function that computes the hash key of a request, an unsigned 32-bit integer. Returns 0 for every request
 * if balancing does not hash. A request without the header gets a random key, as in Envoy.
 * @param readHeader returns the value of a header of a request
 * @param seed keys of different seeds are independent of each other
 */
export function createKeyReader<R>(
  balance: Balance,
  readHeader: (request: R, header: string) => string | undefined,
  seed = 0,
): (request: R) => number {
  if (balance.kind !== 'consistent-hash') return () => 0;
  const { by } = balance;
  if ('source' in by) {
    const key = hash(SOURCE, seed);
    return () => key;
  }
  return (request) => {
    const value = readHeader(request, by.header);
    return value === undefined ? (Math.random() * 2 ** 32) >>> 0 : hash(value, seed);
  };
}
