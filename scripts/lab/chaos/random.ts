/** Numbers that look random and are the same for the same seed. */
export class Random {
  #state: number;

  /**
   * @param seed a whole number
   * @param stream tells apart those that are made with one seed
   */
  constructor(seed: number, stream: number) {
    // Neighbouring seeds begin far from each other: the golden ratio, as 32 bits.
    this.#state = Math.imul(Math.imul(seed, 0x9e3779b1) ^ (stream + 1), 0x85ebca6b) >>> 0;
  }

  /** At least 0 and below 1. Source: mulberry32 by Tommy Ettinger. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of `choices`, each as likely as its weight says. */
  weighted<T extends string>(choices: Readonly<Record<T, number>>): T {
    const entries = Object.entries(choices) as [T, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of entries) {
      left -= weight;
      if (left < 0) return choice;
    }
    throw new Error('choices must have a weight above 0');
  }

  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): readonly T[] {
    const mixed = things.map((thing) => ({ thing, place: this.next() }));
    return mixed.sort((a, b) => a.place - b.place).map(({ thing }) => thing);
  }
}
