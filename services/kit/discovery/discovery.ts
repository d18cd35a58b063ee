import type { Address } from '../config/address.ts';

/** An address that a callee listens on. */
export interface Endpoint extends Address {
  /** Version of the callee that the endpoint runs. @default unknown */
  readonly version?: string;
}

/** Finds the endpoints of an address (`host:port`, as in the cluster's DNS). */
export interface Discovery {
  /** Notifies `listener` of the endpoints of `address`, now and whenever they change. Never notifies synchronously. */
  watch(address: string, listener: EndpointListener): EndpointWatch;
  close(): void;
}

export interface EndpointListener {
  /** @param endpoints never empty */
  onEndpoints(endpoints: readonly Endpoint[]): void;
  /** Called while no endpoint is known. */
  onError(error: Error): void;
}

export interface EndpointWatch {
  /** Requests a new resolution soon, because an endpoint does not respond. */
  refresh(): void;
  stop(): void;
}

/** Returns a discovery that uses `primary` for the given addresses and `fallback` for all others. */
export function splitDiscovery(
  addresses: ReadonlySet<string>,
  primary: Discovery,
  fallback: Discovery,
): Discovery {
  return {
    watch: (address, listener) => (addresses.has(address) ? primary : fallback).watch(address, listener),
    close() {
      primary.close();
      fallback.close();
    },
  };
}
