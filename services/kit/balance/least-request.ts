import type { EndpointPick, NonEmptyList, RandomSource } from './endpoint-pick.ts';

/** The load of an endpoint. */
export interface EndpointLoad {
  /** Requests in flight. */
  readonly activeRequests: number;
}

/**
 * Picks the endpoint with the fewest requests in flight out of `choices` random ones. They are drawn with replacement,
 * as Envoy does for endpoints of equal weight (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing,
 * 2001).
 */
export function leastRequest<E extends EndpointLoad>(
  endpoints: NonEmptyList<E>,
  choices = 2,
  random: RandomSource = Math.random,
): EndpointPick<E> {
  const draw = () => endpoints[Math.floor(random() * endpoints.length)] ?? endpoints[0];
  return () => {
    let best = draw();
    for (let choice = 1; choice < choices; choice++) {
      const other = draw();
      if (other.activeRequests < best.activeRequests) best = other;
    }
    return best;
  };
}
