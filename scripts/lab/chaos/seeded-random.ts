/** Pseudorandom numbers that are the same for the same seed and stream. Not for cryptography. */
export class SeededRandom {
  #state: number;

  /**
   * @param seed an integer
   * @param stream an integer that separates independent sequences of one seed
   */
  constructor(seed: number, stream: number) {
    // Multiplying by 2^32 over the golden ratio spreads neighboring seeds.
    this.#state = Math.imul(Math.imul(seed, 0x9e3779b1) ^ (stream + 1), 0x85ebca6b) >>> 0;
  }

  /** Returns a number from 0, inclusive, to 1, exclusive. Source: mulberry32 by Tommy Ettinger. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Returns an integer from `min` to `max`, both inclusive. */
  nextInteger(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** Picks a key of `choices` with a probability in proportion to its weight. */
  pickWeighted<T extends string>(choices: Readonly<Record<T, number>>): T {
    const entries = Object.entries(choices) as [T, number][];
    let remaining = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of entries) {
      remaining -= weight;
      if (remaining < 0) return choice;
    }
    throw new Error('choices must have a weight above 0');
  }

  /** Returns the elements in random order. */
  shuffle<T>(elements: readonly T[]): readonly T[] {
    const positions = elements.map((element) => ({ element, position: this.next() }));
    return positions.sort((a, b) => a.position - b.position).map(({ element }) => element);
  }
}
