import type { SeedAccount } from '../../operate/local/seed-accounts.ts';
import type { BookedEvent, Books } from './books.ts';
import type { Fault, Target } from './planned-faults.ts';
import type { Stores } from './stores.ts';

/** Where the shop runs, as far as a run of chaos has to do with it: on loopback, or in a cluster. */
export interface Stage {
  /** As a sentence ends with it. */
  readonly where: 'on loopback' | 'in a cluster';
  /** The gateway's URL, without a path. */
  readonly gateway: string;
  /** URLs of `/readyz` by the name of the service; none where they cannot be reached from here. */
  readonly readiness: ReadonlyMap<string, string>;
  /** Who may make products. */
  readonly admin: SeedAccount;
  /**
   * Does a fault. Resolves when it was begun; a process that is being started again is waited for first.
   * @throws Error when there is no such target, or the signal aborts
   */
  inflict(fault: Fault, signal: AbortSignal): Promise<Begun>;
  /** Opens what the books are read from. The caller closes it. */
  openStores(): Promise<Stores>;
  /** What the topic `orders` was given, without repeats; what is of one order in its order. */
  events(stores: Stores): Promise<readonly BookedEvent[]>;
  /** What the books held before; who runs chaos is the only one who orders from then on. */
  readonly earlier: Books;
  /** What processes said last that an error ended which they did not catch, until now. */
  crashes(): Promise<readonly string[]>;
}

/** A fault that was begun. */
export interface Begun {
  /** Resolves when whatever ends by itself is over. */
  readonly over: Promise<void>;
}

/** To whom each kind of fault can be done on a stage; none where it cannot be done at all. */
export interface Targets {
  readonly kills: readonly Target[];
  readonly freezes: readonly Target[];
  readonly cuts: readonly Target[];
  /** Whose disk can be filled. */
  readonly fullDisks: readonly Target[];
  readonly clocks: readonly Target[];
  /** The open connections to whom can be silenced. */
  readonly blackholes: readonly Target[];
}
