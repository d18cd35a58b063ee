import type { EndpointPick, NonEmptyList, RandomSource } from './endpoint-pick.ts';

/** An endpoint in the schedule. */
interface ScheduledEndpoint<E> {
  readonly endpoint: E;
  readonly index: number;
  readonly weight: number;
  /** Offset of its first turn, as a fraction of the time between two of its turns. */
  readonly start: number;
  /** Completed rounds. In one round each endpoint gets as many turns as its weight. */
  round: number;
  /** Turns in the current round. */
  turns: number;
  /**
   * Position of its next turn in the round, 0 to 1. Computed anew in each round, so that rounding errors do not add up.
   */
  position: number;
}

/**
 * Picks endpoints in turn by weight, spread evenly (earliest deadline first, as Envoy's EdfScheduler). Among as many
 * consecutive picks as the weights add up to, each endpoint gets as many as its weight. Starts at a random position, so
 * that callers that start together do not all pick the same endpoint.
 *
 * @param weightOf returns an integer of at least 1
 */
export function weightedRoundRobin<E>(
  endpoints: NonEmptyList<E>,
  weightOf: (endpoint: E) => number,
  random: RandomSource = Math.random,
): EndpointPick<E> {
  const heap = endpoints
    .map((endpoint, index): ScheduledEndpoint<E> => {
      const start = random();
      const weight = weightOf(endpoint);
      return { endpoint, index, weight, start, round: 0, turns: 0, position: start / weight };
    })
    .sort((one, other) => (isBefore(one, other) ? -1 : 1));
  return () => {
    const [first] = heap;
    if (!first) return endpoints[0];
    first.turns++;
    if (first.turns === first.weight) {
      first.turns = 0;
      first.round++;
    }
    first.position = (first.turns + first.start) / first.weight;
    siftDown(heap, first);
    return first.endpoint;
  };
}

function isBefore(one: ScheduledEndpoint<unknown>, other: ScheduledEndpoint<unknown>): boolean {
  if (one.round !== other.round) return one.round < other.round;
  return one.position === other.position ? one.index < other.index : one.position < other.position;
}

/** Moves the root of a heap down to its place. */
function siftDown<E>(heap: ScheduledEndpoint<E>[], root: ScheduledEndpoint<E>): void {
  let place = 0;
  for (;;) {
    const leftChild = heap[2 * place + 1];
    const rightChild = heap[2 * place + 2];
    const isRight = leftChild !== undefined && rightChild !== undefined && isBefore(rightChild, leftChild);
    const smaller = isRight ? rightChild : leftChild;
    if (!smaller || isBefore(root, smaller)) break;
    heap[place] = smaller;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = root;
}
