import { describeFault, type PlannedFault } from './planned-faults.ts';

/** Counts of one second of a run. */
export interface TimelineSecond {
  readonly second: number;
  /** Orders whose first request was sent. */
  readonly ordersSent: number;
  /** Orders whose final answer arrived. */
  readonly ordersAnswered: number;
  /** Requests without an answer or with a status of 500 or above. */
  readonly requestsFailed: number;
}

/** A fault with the time of its injection. */
export interface RecordedFault {
  readonly kind: PlannedFault['kind'];
  readonly target: string;
  /** Description of the fault. */
  readonly description: string;
  /** Number of orders after which it was planned. */
  readonly afterOrders: number;
  /** Seconds since the start of the run. */
  readonly atS: number;
}

type SecondCounts = Omit<TimelineSecond, 'second'>;

/** Records orders, attempts and faults by second, starting at its construction. */
export class Timeline {
  readonly #now: () => number;
  readonly #start: number;
  readonly #seconds: { -readonly [K in keyof SecondCounts]: number }[] = [];
  readonly #faults: RecordedFault[] = [];

  /** @param now monotonic clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
  }

  recordOrder(): void {
    this.#current().ordersSent++;
  }

  /** @param status undefined if no answer arrived */
  recordAttempt(status: number | undefined): void {
    if (status === undefined || status >= 500) this.#current().requestsFailed++;
  }

  recordAnswer(): void {
    this.#current().ordersAnswered++;
  }

  recordFault(fault: PlannedFault): void {
    const { kind, target, afterOrders } = fault;
    this.#faults.push({
      kind,
      target,
      description: describeFault(fault),
      afterOrders,
      atS: this.elapsedSeconds(),
    });
  }

  elapsedSeconds(): number {
    return (this.#now() - this.#start) / 1_000;
  }

  get faults(): readonly RecordedFault[] {
    return this.#faults;
  }

  /** Every second from the start until now, including those without any record. */
  get seconds(): readonly TimelineSecond[] {
    this.#current();
    return this.#seconds.map((counts, second) => ({ second, ...counts }));
  }

  #current() {
    const second = Math.floor(this.elapsedSeconds());
    while (this.#seconds.length <= second)
      this.#seconds.push({ ordersSent: 0, ordersAnswered: 0, requestsFailed: 0 });
    const current = this.#seconds[second];
    if (!current) throw new Error(`second ${second} is before the start of the timeline`);
    return current;
  }
}
