import type { SeededRandom } from '../../chaos/seeded-random.ts';

/** Random values of traces. */
export class TraceValues {
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Returns the address of an endpoint. */
  endpoint(): string {
    return `10.0.${this.#random.nextInteger(0, 3)}.${this.#random.nextInteger(1, 250)}:50051`;
  }

  /** Returns an exponentially distributed time of at least 1 us. @param meanUs in microseconds */
  time(meanUs: number): number {
    return Math.round(-Math.log(1 - this.#random.next()) * meanUs) + 1;
  }

  /** Returns an id of hexadecimal digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.#word();
    return text.slice(0, digits);
  }

  #word(): string {
    return Math.floor(this.#random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
}
