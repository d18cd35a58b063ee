/** Where a callee listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
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

const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i;

/** Whether `text` is `host:port`, an IPv6 host in brackets. */
export function isAddress(text: string): boolean {
  return Number(ADDRESS.exec(text)?.[3]) <= 65_535;
}

/**
 * Parts of `host:port`.
 * @throws Error that names the text when it has no such form
 */
export function parseAddress(address: string): Endpoint {
  const parts = ADDRESS.exec(address);
  const host = parts?.[1] ?? parts?.[2];
  if (host === undefined || !isAddress(address))
    throw new Error(`'${address}' is not an address; give host:port`);
  return { host, port: Number(parts?.[3]) };
}
