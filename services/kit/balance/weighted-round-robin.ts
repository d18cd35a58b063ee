import type { Pick, Random, Some } from './pick.ts';

/** A host with when its next turn is. */
interface Turn<H> {
  readonly host: H;
  readonly index: number;
  readonly weight: number;
  /** Where its first turn is, as a part of the time between two of its turns. */
  readonly start: number;
  /** Rounds in which each host had all of its turns. */
  round: number;
  /** Its turns of this round. */
  turns: number;
  /** Where in the round its next one is, 0 to 1. The same in each round, so that no rounding adds up. */
  at: number;
}

/**
 * Turns by weight, spread evenly (earliest deadline first, as Envoy's EdfScheduler): of as many picks in a row as the
 * weights add up to, each host gets as many as its weight says. Begins anywhere, so that callers that start together do
 * not all begin with the same host.
 *
 * @param weightOf a whole number of at least 1
 */
export function weightedRoundRobin<H>(
  hosts: Some<H>,
  weightOf: (host: H) => number,
  random: Random = Math.random,
): Pick<H> {
  const heap = hosts
    .map((host, index): Turn<H> => {
      const start = random();
      const weight = weightOf(host);
      return { host, index, weight, start, round: 0, turns: 0, at: start / weight };
    })
    .sort((one, other) => (isBefore(one, other) ? -1 : 1));
  return () => {
    const [first] = heap;
    if (!first) return hosts[0];
    first.turns++;
    if (first.turns === first.weight) {
      first.turns = 0;
      first.round++;
    }
    first.at = (first.turns + first.start) / first.weight;
    sink(heap, first);
    return first.host;
  };
}

function isBefore(one: Turn<unknown>, other: Turn<unknown>): boolean {
  if (one.round !== other.round) return one.round < other.round;
  return one.at === other.at ? one.index < other.index : one.at < other.at;
}

/** Moves the root of a heap to where it belongs. */
function sink<H>(heap: Turn<H>[], root: Turn<H>): void {
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    const isRight = left !== undefined && right !== undefined && isBefore(right, left);
    const least = isRight ? right : left;
    if (!least || isBefore(root, least)) break;
    heap[place] = least;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = root;
}
