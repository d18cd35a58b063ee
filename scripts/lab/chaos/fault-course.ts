import type { Fault } from './planned-faults.ts';
import type { Begun } from './stage.ts';

/** Does faults when their time has come, which is told by the number of orders that were sent. */
export class FaultCourse {
  readonly #faults: readonly Fault[];
  readonly #inflict: (fault: Fault) => Promise<Begun>;
  readonly #over: Promise<void>[] = [];
  #next = 0;
  #begun: Promise<void> = Promise.resolve();

  /** @param faults in the order in which they come */
  constructor(faults: readonly Fault[], inflict: (fault: Fault) => Promise<Begun>) {
    this.#faults = faults;
    this.#inflict = inflict;
  }

  /**
   * To be called before each order is sent. Begins the faults that are due; waits until all before the last of them were
   * begun, so that orders do not run ahead of what is being started again.
   */
  async before(order: number): Promise<void> {
    for (;;) {
      const fault = this.#faults[this.#next];
      if (!fault || fault.after > order) return;
      this.#next++;
      const previous = this.#begun;
      this.#begun = previous.then(() => this.#begin(fault));
      // Whoever waits next hears of it.
      this.#begun.catch(() => {});
      await previous;
    }
  }

  /** Resolves when every fault was done and is over. @throws what one of them failed with */
  async over(): Promise<void> {
    await this.before(Number.POSITIVE_INFINITY);
    await this.#begun;
    await Promise.all(this.#over);
  }

  async #begin(fault: Fault): Promise<void> {
    const { over } = await this.#inflict(fault);
    over.catch(() => {});
    this.#over.push(over);
  }
}
