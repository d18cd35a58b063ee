import type { EndpointPick, NonEmptyList, RandomSource } from './endpoint-pick.ts';

/**
 * Picks endpoints in turn. Starts at a random endpoint, so that callers that start together do not overload the first
 * one (thundering herd).
 */
export function roundRobin<E>(
  endpoints: NonEmptyList<E>,
  random: RandomSource = Math.random,
): EndpointPick<E> {
  let next = Math.floor(random() * endpoints.length);
  return () => {
    const endpoint = endpoints[next] ?? endpoints[0];
    next = next + 1 < endpoints.length ? next + 1 : 0;
    return endpoint;
  };
}

/** Picks endpoints at random, all with the same probability. */
export function randomPick<E>(
  endpoints: NonEmptyList<E>,
  random: RandomSource = Math.random,
): EndpointPick<E> {
  return () => endpoints[Math.floor(random() * endpoints.length)] ?? endpoints[0];
}
