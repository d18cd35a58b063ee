import type { EndpointPick, NonEmptyList } from './endpoint-pick.ts';
import { hash, offsetKey } from './hash.ts';
import type { EndpointId } from './ring-hash.ts';

/**
 * Seed of the hash for `skip`. It differs from 0, the seed for `offset`, in many bits: with seeds 0 and 1, similar ids
 * would have similar permutations.
 */
export const SKIP_SEED = 0x9e37_79b1;
/** Below this number of free entries, a scan over them finds the next one faster than walking the permutation. */
const MAX_SCAN_ENTRIES = 256;

/**
 * Picks endpoints from a Maglev lookup table, of which all endpoints own almost the same share (Eisenbud et al., NSDI
 * 2016, section 3.4).
 * @param tableSize a prime, at most 5,000,011
 */
export function maglev<E extends EndpointId>(
  endpoints: NonEmptyList<E>,
  tableSize = 65_537,
): EndpointPick<E> {
  const table = createMaglevTable(
    endpoints.map(({ id }) => id),
    tableSize,
  );
  return (key, round) => endpoints[table[offsetKey(key, round) % tableSize] ?? 0] ?? endpoints[0];
}

/**
 * Returns the owner of each entry, as an index of `ids`. Each endpoint has a permutation of the entries: it starts at
 * `offset` and advances by `skip`, modulo the prime table size. The endpoints take turns, and each claims the first
 * free entry of its permutation.
 *
 * Walking to the last free entries would take most of the time. Once few are left, the distance to each of them is
 * computed instead, from its position in the endpoint's permutation. The result is the same.
 */
export function createMaglevTable(ids: readonly string[], size: number): Uint32Array {
  const table = new Uint32Array(size);
  // One bit per entry: the bit set fits the L1 cache, the table does not.
  const claimed = new Int32Array((size + 31) >> 5);
  const positions = Int32Array.from(ids, (id) => hash(id) % size);
  const skips = Int32Array.from(ids, (id) => (hash(id, SKIP_SEED) % (size - 1)) + 1);

  let freeCount = size;
  let turn = 0;
  while (freeCount > MAX_SCAN_ENTRIES) {
    let entry = positions[turn] as number;
    const skip = skips[turn] as number;
    while (((claimed[entry >> 5] as number) >> (entry & 31)) & 1) {
      entry += skip;
      if (entry >= size) entry -= size;
    }
    claimed[entry >> 5] = (claimed[entry >> 5] as number) | (1 << (entry & 31));
    table[entry] = turn;
    positions[turn] = entry;
    freeCount--;
    turn = turn + 1 < ids.length ? turn + 1 : 0;
  }

  const free: number[] = [];
  for (let entry = 0; entry < size; entry++) {
    if ((((claimed[entry >> 5] as number) >> (entry & 31)) & 1) === 0) free.push(entry);
  }
  const inverses = Float64Array.from(skips, (skip) => invert(skip, size));
  while (free.length > 0) {
    const start = positions[turn] ?? 0;
    const inverse = inverses[turn] ?? 1;
    let nearest = 0;
    let minSteps = size;
    for (let i = 0; i < free.length; i++) {
      // An exact integer, below 2^53 for tables of at most 5,000,011 entries.
      const product = ((free[i] ?? 0) - start + size) * inverse;
      const steps = product - Math.floor(product / size) * size;
      if (steps < minSteps) {
        minSteps = steps;
        nearest = i;
      }
    }
    const entry = free[nearest] ?? 0;
    table[entry] = turn;
    free[nearest] = free.at(-1) ?? 0;
    free.pop();
    turn = turn + 1 < ids.length ? turn + 1 : 0;
  }
  return table;
}

/** Returns the multiplicative inverse of `value` modulo the prime `size` (extended Euclidean algorithm). */
function invert(value: number, size: number): number {
  let [r0, r1, s0, s1] = [size, value, 0, 1];
  while (r1 !== 0) {
    const quotient = Math.floor(r0 / r1);
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return s0 < 0 ? s0 + size : s0;
}
