import { type Fault, faultText } from './planned-faults.ts';

/** What happened in one second of a run. */
export interface Second {
  readonly second: number;
  /** Orders whose first request was sent. */
  readonly sent: number;
  /** Orders whose final answer came. */
  readonly answered: number;
  /** Requests without an answer, or with one that asks for a repeat. */
  readonly failed: number;
}

/** A fault as it was done. */
export interface Mark {
  readonly kind: Fault['kind'];
  readonly target: string;
  /** In words. */
  readonly text: string;
  /** Orders after which it was planned. */
  readonly after: number;
  /** Seconds from the start of the orders. */
  readonly at: number;
}

type Counted = Omit<Second, 'second'>;

/** Keeps what happens, second by second, from the moment it is made. */
export class Timeline {
  readonly #now: () => number;
  readonly #start: number;
  readonly #seconds: { -readonly [K in keyof Counted]: number }[] = [];
  readonly #marks: Mark[] = [];

  /** @param now milliseconds that only grow */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
  }

  sent(): void {
    this.#current().sent++;
  }

  tried(status: number | undefined): void {
    if (status === undefined || status >= 500) this.#current().failed++;
  }

  answered(): void {
    this.#current().answered++;
  }

  did(fault: Fault): void {
    const { kind, target, after } = fault;
    this.#marks.push({ kind, target, text: faultText(fault), after, at: this.seconds() });
  }

  /** Seconds since the start. */
  seconds(): number {
    return (this.#now() - this.#start) / 1_000;
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Every second until now, also those in which nothing happened. */
  get all(): readonly Second[] {
    this.#current();
    return this.#seconds.map((counted, second) => ({ second, ...counted }));
  }

  #current() {
    const second = Math.floor(this.seconds());
    while (this.#seconds.length <= second) this.#seconds.push({ sent: 0, answered: 0, failed: 0 });
    const current = this.#seconds[second];
    if (!current) throw new Error(`second ${second} is before the start`);
    return current;
  }
}
