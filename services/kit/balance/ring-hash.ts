import type { EndpointPick, NonEmptyList } from './endpoint-pick.ts';
import { hash, offsetKey } from './hash.ts';

export interface EndpointId {
  /** Identifies the endpoint, and does not change. */
  readonly id: string;
}

/** Maximum number of points on the ring (Envoy's default maximum_ring_size). */
const MAX_RING_SIZE = 8_388_608;
/** Points are sorted as single numbers: 32 bits of position and 21 bits of owner fit a double's 53 bits. */
const MAX_ENDPOINTS = 2 ** 21;

/**
 * Picks endpoints on a hash ring (Karger et al., Consistent Hashing and Random Trees, 1997). Each endpoint owns the
 * same number of points, and a key belongs to the first point at or after its position. When an endpoint is added or
 * removed, about two endpoints' share of the keys moves, as with Envoy's ring: that of the endpoint's own points, and
 * that of the points that others gain or lose because the ring keeps its size.
 *
 * @param minSize minimum number of points; rounded up to a multiple of the number of endpoints, as in Envoy
 */
export function ringHash<E extends EndpointId>(endpoints: NonEmptyList<E>, minSize = 1_024): EndpointPick<E> {
  const pointsPerEndpoint = Math.ceil(
    Math.min(Math.max(minSize, endpoints.length), MAX_RING_SIZE) / endpoints.length,
  );
  const size = pointsPerEndpoint * endpoints.length;
  const sorted = new Float64Array(size);
  endpoints.forEach(({ id }, owner) => {
    for (let i = 0; i < pointsPerEndpoint; i++)
      sorted[owner * pointsPerEndpoint + i] = hash(`${id}_${i}`) * MAX_ENDPOINTS + owner;
  });
  sorted.sort();
  const positions = Uint32Array.from(sorted, (point) => Math.floor(point / MAX_ENDPOINTS));
  const owners = Uint32Array.from(sorted, (point) => point % MAX_ENDPOINTS);

  return (key, round) => {
    const position = offsetKey(key, round);
    let from = 0;
    let length = size;
    while (length > 0) {
      const half = length >> 1;
      if ((positions[from + half] ?? 0) < position) {
        from += half + 1;
        length -= half + 1;
      } else length = half;
    }
    return endpoints[owners[from === size ? 0 : from] ?? 0] ?? endpoints[0];
  };
}
