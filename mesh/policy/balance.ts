import type { Duration } from './duration.ts';

/** How a caller chooses among the callee's ready endpoints. Semantics are Envoy's. */
export type Balance =
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'random' }
  /** Picks the endpoint with the fewest requests in flight out of some drawn at random (least connection). */
  | {
      readonly kind: 'least-request';
      /** How many endpoints are compared, 2 to 100. @default 2 */
      readonly choices?: number;
    }
  /** Picks the better of two endpoints drawn at random, by requests in flight times latency (Peak EWMA). */
  | {
      readonly kind: 'peak-ewma';
      /** Time in which a latency is forgotten. @default 10s */
      readonly decayTime?: Duration;
    }
  /** Round robin in which an endpoint's turns follow the weight of its version. */
  | {
      readonly kind: 'weighted-round-robin';
      /** Weight of each version, 1 to 1,000: the turns of each of its endpoints, beside those of the others. */
      readonly weights: Readonly<Record<string, number>>;
    }
  | ConsistentHash;

/** The same key goes to the same endpoint while the set of endpoints stays the same. */
export interface ConsistentHash {
  readonly kind: 'consistent-hash';
  /** The key: a request header (gRPC metadata), or the caller's address. */
  readonly by: { readonly header: string } | { readonly source: true };
  /** @default a ring of at least 1,024 points */
  readonly table?: Ring | Maglev;
}

/** Ketama ring: few keys move when an endpoint comes or goes. */
export interface Ring {
  readonly kind: 'ring';
  /** Points on the ring at least, 1 to 8,388,608. @default 1024 */
  readonly minSize?: number;
}

/** Maglev table (Eisenbud et al., NSDI 2016): even shares, quick look-up. */
export interface Maglev {
  readonly kind: 'maglev';
  /** Entries: a prime up to 5,000,011. @default 65537 */
  readonly tableSize?: number;
}
