import { hash, placeOf } from './hash.ts';
import type { Pick, Some } from './pick.ts';

/** A host with a name that stays the same. */
export interface Named {
  readonly id: string;
}

/** More are not made, however many are asked for (Envoy's maximum_ring_size). */
const MOST_POINTS = 8_388_608;
/** A point is sorted as one number: its place, then its owner, in 53 bits. */
const OWNERS = 2 ** 21;

/**
 * A ring of points (Karger et al., Consistent Hashing and Random Trees, 1997), the same number for each host: a key
 * belongs to the first point at its place or after it. When a host comes or goes, only the keys of its points move, and of
 * those that the others gain or lose as the ring keeps its size: two hosts' share of the keys in all, as with Envoy's ring.
 *
 * @param minSize points at least; rounded up to a multiple of the hosts, as Envoy does
 */
export function ringHash<H extends Named>(hosts: Some<H>, minSize = 1_024): Pick<H> {
  const each = Math.ceil(Math.min(Math.max(minSize, hosts.length), MOST_POINTS) / hosts.length);
  const size = each * hosts.length;
  const sorted = new Float64Array(size);
  hosts.forEach(({ id }, owner) => {
    for (let i = 0; i < each; i++) sorted[owner * each + i] = hash(`${id}_${i}`) * OWNERS + owner;
  });
  sorted.sort();
  const places = Uint32Array.from(sorted, (point) => Math.floor(point / OWNERS));
  const owners = Uint32Array.from(sorted, (point) => point % OWNERS);

  return (key, attempt) => {
    const place = placeOf(key, attempt);
    let from = 0;
    let length = size;
    while (length > 0) {
      const half = length >> 1;
      if ((places[from + half] ?? 0) < place) {
        from += half + 1;
        length -= half + 1;
      } else length = half;
    }
    return hosts[owners[from === size ? 0 : from] ?? 0] ?? hosts[0];
  };
}
