import type { Address } from '../config/address.ts';

/** Where a callee listens. */
export interface Endpoint extends Address {
  /** Which version of the callee it is of. @default nobody knows */
  readonly version?: string;
}

/** Finds the endpoints of an address (`host:port`, as the cluster's DNS names it). */
export interface Discovery {
  /**
   * Tells the endpoints of `address` once they are known and whenever they change, and errors as long as there are
   * none. Never synchronously.
   */
  watch(address: string, watcher: Watcher): Watch;
  close(): void;
}

export interface Watcher {
  /** Never an empty list. */
  endpoints(endpoints: readonly Endpoint[]): void;
  error(error: Error): void;
}

export interface Watch {
  /** Asks for a look soon, since an endpoint does not answer. */
  refresh(): void;
  stop(): void;
}
