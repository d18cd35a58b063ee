import type { SeedAccount } from '../../operate/local/seed-accounts.ts';
import type { LedgerEvent, LedgerSnapshot } from './ledger-snapshot.ts';
import type { PlannedFault } from './planned-faults.ts';
import type { Stores } from './stores.ts';

/** The running shop that a chaos run uses, on loopback or in a cluster. */
export interface ChaosTestbed {
  /** Completes a sentence of the report. */
  readonly where: 'on loopback' | 'in a cluster';
  /** The gateway's URL, without a path. */
  readonly gateway: string;
  /** URLs of `/readyz` by service name; empty if they cannot be reached from this process. */
  readonly readiness: ReadonlyMap<string, string>;
  /** Account that may create products. */
  readonly admin: SeedAccount;
  /**
   * Injects a fault. Waits for a restarting target first, and resolves when the fault has begun.
   * @throws Error if the target does not exist or the signal aborts
   */
  inject(fault: PlannedFault, signal: AbortSignal): Promise<ActiveFault>;
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
