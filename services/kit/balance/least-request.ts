import type { Pick, Random, Some } from './pick.ts';

/** A host with the number of its requests in flight. */
export interface Busy {
  readonly active: number;
}

/**
 * The host with the fewest requests in flight out of `choices` that are drawn with replacement, as Envoy draws them
 * for hosts of equal weight (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001).
 */
export function leastRequest<H extends Busy>(
  hosts: Some<H>,
  choices = 2,
  random: Random = Math.random,
): Pick<H> {
  const draw = () => hosts[Math.floor(random() * hosts.length)] ?? hosts[0];
  return () => {
    let least = draw();
    for (let drawn = 1; drawn < choices; drawn++) {
      const other = draw();
      if (other.active < least.active) least = other;
    }
    return least;
  };
}
