import { setTimeout as delay } from 'node:timers/promises';
import { Service } from '../../../mesh/graph/service.ts';
import { totalCount } from './histogram.ts';
import { type Inbound, NO_INBOUND } from './inbound.ts';
import { Tally } from './tally.ts';

export interface WindowOptions {
  /** Length of the window, in milliseconds. */
  readonly windowMs: number;
  /** Maximum length of the window if there are too few requests, in milliseconds. */
  readonly maxWindowMs: number;
  /** Number of requests that each compared version needs. */
  readonly minRequests: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

export interface WindowObservation {
  readonly seconds: number;
  readonly inbound: ReadonlyMap<string, Inbound>;
}

/** A sidecar updates its histograms every 5 s. */
const POLL_INTERVAL_MS = 1_000;

/**
 * Counts the requests to the versions of a service over a window, and extends the window until there are enough to
 * compare.
 *
 * @param enough versions that need `minRequests`
 */
export async function observeWindow(
  { windowMs, maxWindowMs, minRequests, signal }: WindowOptions,
  { service, enough }: { readonly service: Service; readonly enough: readonly string[] },
): Promise<WindowObservation> {
  const port = service.edge ? Service.httpPort : Service.grpcPort;
  const tally = await Tally.start(service.name, port, { signal });
  const start = performance.now();
  for (;;) {
    const passed = performance.now() - start;
    const inbound = await tally.read();
    const hasEnough = enough.every((version) => isEnough(inbound.get(version) ?? NO_INBOUND, minRequests));
    if ((passed >= windowMs && hasEnough) || passed >= maxWindowMs)
      return { seconds: passed / 1_000, inbound };
    await delay(POLL_INTERVAL_MS, undefined, { signal });
  }
}

/** Sidecars count latencies later than requests, so both are compared. */
function isEnough({ requests, latency }: Inbound, minRequests: number): boolean {
  return requests >= minRequests && totalCount(latency) >= minRequests;
}
