import type { Endpoint } from './discovery.ts';

/** What a registry is told of this process. */
export interface Instance extends Endpoint {
  readonly service: string;
  /** After so long without a renewal the registry leaves it out, in milliseconds. */
  readonly ttlMs: number;
}

/** This process in one registry's list. Every request has a timeout of a third of the time to live. */
export interface Membership {
  /** For the log: `consul at http://127.0.0.1:8500`. */
  readonly registry: string;
  /** Puts it into the list. Harmless when repeated. */
  join(signal: AbortSignal): Promise<void>;
  /** Keeps it there; false when the registry has forgotten it. */
  renew(signal: AbortSignal): Promise<boolean>;
  /** Takes it out. Harmless when it is not there. */
  leave(signal: AbortSignal): Promise<void>;
}
