import type { SeedAccount } from '../../operate/local/seed-accounts.ts';
import type { Stores } from '../testbed/stores.ts';
import type { Testbed } from '../testbed/testbed.ts';
import type { LedgerEvent, LedgerSnapshot } from './ledger-snapshot.ts';
import type { PlannedFault } from './planned-faults.ts';

/** The running shop that a chaos run uses, with its faults and its stores. */
export interface ChaosTestbed extends Testbed {
  /** Account that may create products. */
  readonly admin: SeedAccount;
  /**
   * Injects a fault. Waits for a restarting target first, and resolves when the fault has begun.
   * @throws Error if the target does not exist or the signal aborts
   */
  inject(fault: PlannedFault): Promise<ActiveFault>;
  /** Connects to the databases that the ledger snapshot is read from. The caller closes the connections. */
  openStores(): Promise<Stores>;
  /** Reads all events of the topic `orders`, without duplicates. Events of one order are in publication order. */
  events(stores: Stores): Promise<readonly LedgerEvent[]>;
  /** Ledger snapshot from before the run. The run must be the only source of orders from then on. */
  readonly baseline: LedgerSnapshot;
  /** Returns the log lines of processes that have ended by an uncaught error so far. */
  crashes(): Promise<readonly string[]>;
}

/** A fault that has begun. */
export interface ActiveFault {
  /** Resolves when a fault of limited duration is over. */
  readonly completion: Promise<void>;
}

/** Completes a sentence with the place of a run. */
export const PLACES: Readonly<Record<Testbed['where'], string>> = {
  local: 'on loopback',
  kind: 'in a cluster',
};
