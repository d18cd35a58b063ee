import { hash, placeOf } from './hash.ts';
import type { Pick, Some } from './pick.ts';
import type { Named } from './ring-hash.ts';

/** Far from the other hash's seed: with 0 and 1, names that are alike have orders that are alike. */
export const SKIP_SEED = 0x9e37_79b1;
/** With fewer entries left than this, looking at each of them finds the next sooner than walking there. */
const FEW = 256;

/** Maglev (Eisenbud et al., NSDI 2016, section 3.4): a table in which all hosts have almost the same share. */
export function maglev<H extends Named>(hosts: Some<H>, tableSize = 65_537): Pick<H> {
  const table = maglevTable(
    hosts.map(({ id }) => id),
    tableSize,
  );
  return (key, attempt) => {
    const place = placeOf(key, attempt);
    return hosts[table[place % tableSize] ?? 0] ?? hosts[0];
  };
}

/**
 * The owner of each entry, as an index of `ids`. Each host has an order in which it wants the entries (from `offset`,
 * `skip` apart, round a table whose size is a prime); in turns each takes the first that it wants and is free.
 *
 * The last entries take most of the walking, so that once few are left the table is filled by working out, for each of
 * them, how far away it is in the order of the host whose turn it is. The result is the same.
 */
export function maglevTable(ids: readonly string[], size: number): Uint32Array {
  const table = new Uint32Array(size);
  // One bit for each entry stays in the fastest cache, which the table does not.
  const taken = new Int32Array((size + 31) >> 5);
  const at = Int32Array.from(ids, (id) => hash(id) % size);
  const skips = Int32Array.from(ids, (id) => (hash(id, SKIP_SEED) % (size - 1)) + 1);

  let left = size;
  let turn = 0;
  while (left > FEW) {
    let entry = at[turn] as number;
    const skip = skips[turn] as number;
    while (((taken[entry >> 5] as number) >> (entry & 31)) & 1) {
      entry += skip;
      if (entry >= size) entry -= size;
    }
    taken[entry >> 5] = (taken[entry >> 5] as number) | (1 << (entry & 31));
    table[entry] = turn;
    at[turn] = entry;
    left--;
    turn = turn + 1 < ids.length ? turn + 1 : 0;
  }

  const free: number[] = [];
  for (let entry = 0; entry < size; entry++) {
    if ((((taken[entry >> 5] as number) >> (entry & 31)) & 1) === 0) free.push(entry);
  }
  const inverses = Float64Array.from(skips, (skip) => inverse(skip, size));
  while (free.length > 0) {
    const start = at[turn] ?? 0;
    const perEntry = inverses[turn] ?? 1;
    let nearest = 0;
    let least = size;
    for (let i = 0; i < free.length; i++) {
      // Below 2^53, since the size is at most 5,000,011.
      const product = ((free[i] ?? 0) - start + size) * perEntry;
      const steps = product - Math.floor(product / size) * size;
      if (steps < least) {
        least = steps;
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

/** What `value` is multiplied with to give 1 modulo the prime `size` (extended Euclid). */
function inverse(value: number, size: number): number {
  let [r0, r1, s0, s1] = [size, value, 0, 1];
  while (r1 !== 0) {
    const quotient = Math.floor(r0 / r1);
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return s0 < 0 ? s0 + size : s0;
}
