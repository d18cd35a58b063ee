import type { Endpoint } from './discovery.ts';

/** All endpoints of an address, as a registry knows them at a time. */
export interface Answer {
  /** Sorted, each once. Empty when there are none. */
  readonly endpoints: readonly Endpoint[];
  /** Entries that name no endpoint, each with the reason. */
  readonly leftOut: readonly string[];
}

/** Something outside of this process that knows who is there. */
export interface Registry {
  /** For the log: `consul at http://127.0.0.1:8500`. */
  readonly name: string;
  /**
   * Tells the endpoints of `address` (`host:port`, as the cluster's DNS names it) and every change of them, until
   * `signal` aborts. Resolves when the registry is to be followed anew.
   * @throws Error when the registry does not answer, or with something else than it should
   */
  follow(address: string, tell: (answer: Answer) => void, signal: AbortSignal): Promise<void>;
}
