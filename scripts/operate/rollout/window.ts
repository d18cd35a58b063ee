import { setTimeout as delay } from 'node:timers/promises';
import { Service } from '../../../mesh/graph/service.ts';
import { total } from './histogram.ts';
import { type Inbound, NO_INBOUND } from './inbound.ts';
import { Tally } from './tally.ts';

export interface WindowOptions {
  /** How long to look, milliseconds. */
  readonly windowMs: number;
  /** How long to look at most while there are too few requests, milliseconds. */
  readonly maxWindowMs: number;
  /** Requests that each version must have had. */
  readonly minRequests: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

export interface Observed {
  readonly seconds: number;
  readonly inbound: ReadonlyMap<string, Inbound>;
}

/** Milliseconds between looks; a sidecar adds to its histograms every five seconds. */
const INTERVAL = 1_000;

/**
 * Counts what comes to the versions of a service over a window, which is stretched until there is enough to compare.
 *
 * @param enough versions that must have had `minRequests`
 */
export async function observe(
  { windowMs, maxWindowMs, minRequests, signal }: WindowOptions,
  { service, enough }: { readonly service: Service; readonly enough: readonly string[] },
): Promise<Observed> {
  const port = service.edge ? Service.httpPort : Service.grpcPort;
  const tally = await Tally.start(service.name, port, { signal });
  const start = performance.now();
  for (;;) {
    const passed = performance.now() - start;
    const inbound = await tally.read();
    const hasEnough = enough.every((version) => isEnough(inbound.get(version) ?? NO_INBOUND, minRequests));
    if ((passed >= windowMs && hasEnough) || passed >= maxWindowMs)
      return { seconds: passed / 1_000, inbound };
    await delay(INTERVAL, undefined, { signal });
  }
}

/** Requests are counted at once, their latencies a little later. */
function isEnough({ requests, latency }: Inbound, least: number): boolean {
  return requests >= least && total(latency) >= least;
}
