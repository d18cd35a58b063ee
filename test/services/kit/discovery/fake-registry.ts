import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import type { Registry } from '../../../../services/kit/discovery/registry.ts';
import type { FakeHttp } from './fake-http.ts';

/** A registry of a test, and the adapter that follows it. */
export interface FakeRegistry {
  readonly http: FakeHttp;
  readonly registry: Registry;
  /** An adapter that follows it at `url`. @param maxSilenceMs of a watch, in milliseconds */
  readonly registryAt: (url: string, maxSilenceMs: number) => Registry;
  /** Number of watches and blocking queries that wait for a change. */
  readonly watches: () => number;
  /** Makes these the endpoints of `product`. A host may be empty. */
  set(endpoints: readonly Endpoint[]): void;
}

export const ADDRESS = 'product.shop.svc.cluster.local:50051';
/** For an answer; longer than a busy machine takes, in milliseconds. */
export const TIMEOUT_MS = 1_000;

export function pod(last: number, version?: string): Endpoint {
  return { host: `10.0.0.${last}`, port: 50_051, ...(version && { version }) };
}
