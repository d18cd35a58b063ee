import { setTimeout as delay } from 'node:timers/promises';
import { formatCount, type InvariantResult } from './invariant-check.ts';
import { type Blackhole, describeFault } from './planned-faults.ts';

/** Longest permitted outage of a service after a blackhole, in seconds. */
const MAX_OUTAGE_S = 15;
/** Concurrent requests of one probe. A single request could use a new connection while others hang on silent ones. */
const REQUESTS_PER_PROBE = 4;
const PROBE_TIMEOUT_MS = 2_000;
/** Pause between two probes of a service. */
const PROBE_PAUSE_MS = 500;
/** Outage after which the run fails. */
const OUTAGE_TIMEOUT_MS = 60_000;

/** Requests that show whether a service is available. */
export interface AvailabilityProbe {
  readonly service: string;
  readonly urls: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Unavailability of a service after a blackhole. */
export interface Outage {
  readonly service: string;
  /** Description of the blackhole. */
  readonly fault: string;
  /** Seconds from the blackhole to the end of the first successful probe that began after it. */
  readonly durationS: number;
  /** Whether the measurement ended before any probe succeeded. */
  readonly isOngoing: boolean;
}

type OpenOutage = Omit<Outage, 'durationS' | 'isOngoing'> & { readonly since: number };

/**
 * Probes services continuously and measures how long each is unavailable after a blackhole. A probe succeeds if all of its
 * requests are answered within 2 s with a status below 500. Outages include the effect of overlapping faults.
 */
export class AvailabilityWatch {
  readonly #open = new Set<OpenOutage>();
  readonly #outages: Outage[] = [];
  readonly #stopping = new AbortController();
  readonly #probing: Promise<unknown>;
  readonly #services: readonly string[];
  readonly #outageTimeoutMs: number;
  readonly #failure = Promise.withResolvers<never>();

  constructor(probes: readonly AvailabilityProbe[], outageTimeoutMs = OUTAGE_TIMEOUT_MS) {
    this.#outageTimeoutMs = outageTimeoutMs;
    this.#failure.promise.catch(() => {});
    this.#services = probes.map(({ service }) => service);
    this.#probing = Promise.all(probes.map((probe) => this.#watch(probe)));
  }

  /** Rejects when an outage exceeds the timeout. Orders might never be answered then, and the run would hang. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** Starts to measure an outage of every service. Call it when a blackhole begins. */
  startOutages(fault: Blackhole): void {
    const since = performance.now();
    for (const service of this.#services) this.#open.add({ service, fault: describeFault(fault), since });
  }

  /** Waits until every outage is over or the timeout has elapsed, then stops probing. @returns all outages */
  async finish(): Promise<readonly Outage[]> {
    const deadline = performance.now() + this.#outageTimeoutMs;
    while (this.#open.size > 0 && performance.now() < deadline) await delay(PROBE_PAUSE_MS);
    this.stop();
    await this.#probing;
    for (const open of this.#open) this.#close(open, true);
    return this.#outages;
  }

  /** Stops probing. */
  stop(): void {
    this.#stopping.abort();
  }

  async #watch(probe: AvailabilityProbe): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const isAvailable = await succeeds(probe);
      for (const open of this.#open) {
        if (open.service !== probe.service || open.since >= startedAt) continue;
        if (isAvailable) this.#close(open, false);
        else if (performance.now() - open.since > this.#outageTimeoutMs)
          this.#failure.reject(outageError(open));
      }
      await delay(PROBE_PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  #close(open: OpenOutage, isOngoing: boolean): void {
    const { service, fault, since } = open;
    this.#open.delete(open);
    this.#outages.push({ service, fault, durationS: (performance.now() - since) / 1_000, isOngoing });
  }
}

function outageError({ service, fault, since }: OpenOutage): Error {
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  return new Error(`${service} is still unavailable ${seconds} s after '${fault}'; stopping the run`);
}

async function succeeds({ urls, headers = {} }: AvailabilityProbe): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const request = async (url: string) => {
    const response = await fetch(url, { headers, signal });
    await response.arrayBuffer();
    return response.status < 500;
  };
  const requests = urls.flatMap((url) => Array.from({ length: REQUESTS_PER_PROBE }, () => request(url)));
  try {
    return (await Promise.all(requests)).every(Boolean);
  } catch {
    return false;
  }
}

/** Checks that no outage after a blackhole exceeds 15 s. */
export function checkOutages(outages: readonly Outage[], blackholes: number): InvariantResult {
  const maxOutage = outages.toSorted((a, b) => b.durationS - a.durationS)[0];
  return {
    invariant: `No service was unavailable for more than ${MAX_OUTAGE_S} s after a blackhole`,
    figure: maxOutage
      ? `longest ${maxOutage.durationS.toFixed(1)} s: ${maxOutage.service}; ${formatCount(blackholes, 'blackholes')}`
      : formatCount(blackholes, 'blackholes'),
    violations: outages
      .filter(({ durationS, isOngoing }) => isOngoing || durationS > MAX_OUTAGE_S)
      .map(
        ({ service, fault, durationS, isOngoing }) =>
          `${service}: unavailable for ${isOngoing ? 'at least ' : ''}${durationS.toFixed(1)} s after ${fault}`,
      ),
  };
}
