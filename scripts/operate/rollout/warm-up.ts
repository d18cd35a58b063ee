import { setTimeout as delay } from 'node:timers/promises';
import type { Version } from '../../../mesh/graph/version.ts';
import { sendLoad } from '../load/load.ts';
import type { Requests } from '../load/requests.ts';
import { totalCount } from './histogram.ts';
import { NO_INBOUND } from './inbound.ts';
import { Tally } from './tally.ts';

export interface WarmUpOptions {
  readonly service: string;
  readonly versions: readonly Version[];
  readonly version: string;
  readonly load: (Requests & { readonly rate: number }) | undefined;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

const REQUESTS = 200;
/** Timeout of the sidecars, which add latencies to their histograms with a delay. */
const HISTOGRAM_TIMEOUT_MS = 15_000;

/**
 * Sends requests to a new version by its header, if it has one, before the comparison. Without compiled code and open
 * connections, its first requests are slow and do not represent the version.
 *
 * @param port on which the service listens
 */
export async function warmUp(
  { service, versions, version, load, signal, note }: WarmUpOptions,
  port: number,
): Promise<void> {
  const header = versions.find(({ name }) => name === version)?.header;
  if (!header || !load) return;
  note(`warming up ${version} with ${REQUESTS} requests`);
  const tally = await Tally.start(service, port, { signal });
  const headers = { ...load.headers, [header.name]: header.value };
  await sendLoad({ ...load, headers, requests: REQUESTS, stop: signal });
  const until = performance.now() + HISTOGRAM_TIMEOUT_MS;
  while (performance.now() < until) {
    // Latencies that arrive later would count for the first step.
    const { requests, latency } = (await tally.read()).get(version) ?? NO_INBOUND;
    if (totalCount(latency) >= requests) return;
    await delay(500, undefined, { signal });
  }
}
