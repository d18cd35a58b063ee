import { hostname } from 'node:os';
import type { Balance } from '../../../mesh/policy/balance.ts';
import { hash } from './hash.ts';

/** The caller's address is that of its pod, of which the host's name is as good a sign. */
const SOURCE = `${hostname()}:${process.pid}`;

/**
 * How the key of a request is found, 32 bits without a sign: 0 where balancing does not hash. A request without the
 * header has any, as Envoy has it.
 * @param read the value of a header of a request
 * @param seed another gives keys that say nothing of the first
 */
export function keyOf<R>(
  balance: Balance,
  read: (request: R, header: string) => string | undefined,
  seed = 0,
): (request: R) => number {
  if (balance.kind !== 'consistent-hash') return () => 0;
  const { by } = balance;
  if ('source' in by) {
    const key = hash(SOURCE, seed);
    return () => key;
  }
  return (request) => {
    const value = read(request, by.header);
    return value === undefined ? (Math.random() * 2 ** 32) >>> 0 : hash(value, seed);
  };
}
