import type { Stores } from '../../testbed/stores.ts';
import type { LedgerEvent } from '../ledger-snapshot.ts';

/** Access to the events of the topic `orders` in the cluster, bypassing the services. */
export interface TopicCapture {
  /** Whether the broker serves clients. After a restart of the broker, also restores what the capture needs there. */
  isServing(): Promise<boolean>;
  /** Reads all events, including those of earlier runs, without duplicates. Events of one order are in publication order. */
  events(stores: Stores): Promise<readonly LedgerEvent[]>;
  close(): Promise<void>;
}
