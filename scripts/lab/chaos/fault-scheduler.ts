import type { ActiveFault } from './chaos-testbed.ts';
import type { PlannedFault } from './planned-faults.ts';

/** Injects planned faults when they are due, which the number of sent orders decides. */
export class FaultScheduler {
  readonly #faults: readonly PlannedFault[];
  readonly #inject: (fault: PlannedFault) => Promise<ActiveFault>;
  readonly #completions: Promise<void>[] = [];
  #next = 0;
  #injection: Promise<void> = Promise.resolve();

  /** @param faults in injection order */
  constructor(faults: readonly PlannedFault[], inject: (fault: PlannedFault) => Promise<ActiveFault>) {
    this.#faults = faults;
    this.#inject = inject;
  }

  /**
   * Starts the faults that are due before the order with this number. Call it before each order is sent. Waits for all due
   * faults but the last to begin, so that orders do not run ahead of a restarting target.
   */
  async advanceTo(order: number): Promise<void> {
    for (;;) {
      const fault = this.#faults[this.#next];
      if (!fault || fault.afterOrders > order) return;
      this.#next++;
      const previous = this.#injection;
      this.#injection = previous.then(() => this.#start(fault));
      // The next caller receives the error. Without a handler, it would be an unhandled rejection until then.
      this.#injection.catch(() => {});
      await previous;
    }
  }

  /** Injects all remaining faults and waits until every fault is over. @throws the error of a fault that failed */
  async finish(): Promise<void> {
    await this.advanceTo(Number.POSITIVE_INFINITY);
    await this.#injection;
    await Promise.all(this.#completions);
  }

  async #start(fault: PlannedFault): Promise<void> {
    const { completion } = await this.#inject(fault);
    completion.catch(() => {});
    this.#completions.push(completion);
  }
}
