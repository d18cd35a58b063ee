import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import type { Registry } from '../../../../services/kit/discovery/registry.ts';
import type { FakeHttp } from './fake-http.ts';

/** A fake registry, and the adapter that watches it. */
export interface FakeRegistry {
  readonly http: FakeHttp;
  readonly registry: Registry;
  /** Returns an adapter that watches it at `url`. @param maxSilenceMs duration of a watch, in milliseconds */
  readonly registryAt: (url: string, maxSilenceMs: number) => Registry;
  /** Returns the number of open watches and blocking queries. */
  readonly watches: () => number;
  /** Sets the endpoints of `product`. A host may be empty. */
  set(endpoints: readonly Endpoint[]): void;
}

export const ADDRESS = 'product.shop.svc.cluster.local:50051';
/** Timeout of a request, in milliseconds; longer than a busy machine takes. */
export const TIMEOUT_MS = 1_000;

export function pod(number: number, version?: string): Endpoint {
  return { host: `10.0.0.${number}`, port: 50_051, ...(version && { version }) };
}
