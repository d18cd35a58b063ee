import type { Duration } from './duration.ts';

/** How a caller chooses among the callee's ready endpoints. Semantics are Envoy's. */
export type Balance =
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'random' }
  /** Compares random endpoints and picks the one with the fewest requests in flight (power of two choices). */
  | {
      readonly kind: 'least-request';
      /** Number of endpoints to compare, 2 to 100. @default 2 */
      readonly choices?: number;
    }
  /** Compares two random endpoints by requests in flight multiplied by latency (Peak EWMA). */
  | {
      readonly kind: 'peak-ewma';
      /** Time constant of the moving average of latencies. @default 10s */
      readonly decayTime?: Duration;
    }
  /** Round robin, weighted by the version of each endpoint. */
  | {
      readonly kind: 'weighted-round-robin';
      /** Weight of each endpoint, 1 to 1,000, by the version that it runs. */
      readonly weights: Readonly<Record<string, number>>;
    }
  | ConsistentHash;

/** Sends requests with the same key to the same endpoint, as long as the set of endpoints does not change. */
export interface ConsistentHash {
  readonly kind: 'consistent-hash';
  /** The key: a request header (gRPC metadata), or the caller's IP address. */
  readonly by: { readonly header: string } | { readonly source: true };
  /** @default a ring with `minSize` 1024 */
  readonly table?: Ring | Maglev;
}

/** Ketama ring: few keys move when an endpoint is added or removed. */
export interface Ring {
  readonly kind: 'ring';
  /** Minimum number of points on the ring, 1 to 8,388,608. Envoy's `minimum_ring_size`. @default 1024 */
  readonly minSize?: number;
}

/** Maglev table (Eisenbud et al., NSDI 2016): more even than a ring and faster to look up, but more keys move. */
export interface Maglev {
  readonly kind: 'maglev';
  /** Number of entries: a prime up to 5,000,011. @default 65537 */
  readonly tableSize?: number;
}
