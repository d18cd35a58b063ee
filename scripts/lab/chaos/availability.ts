import { setTimeout as delay } from 'node:timers/promises';
import { count, type Finding } from './check.ts';
import type { Blackhole } from './planned-faults.ts';
import { faultText } from './planned-faults.ts';

/** Longest that a service may be unusable after a blackhole, in seconds. */
const MAX_OUTAGE_S = 15;
/** Requests of one probe. A single request could pass on a connection that was opened since, while others hang. */
const REQUESTS = 4;
/** For the answers to one probe, in milliseconds. */
const PROBE_TIMEOUT_MS = 2_000;
/** Between two probes of a service, in milliseconds. */
const PROBE_PAUSE_MS = 500;
/** A service that is unusable for longer ends the run, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Requests that show whether a service is usable. */
export interface Probe {
  readonly service: string;
  readonly urls: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a service was unusable after a blackhole. */
export interface Outage {
  readonly service: string;
  /** The blackhole in words. */
  readonly fault: string;
  /** Seconds from the blackhole to the end of the first successful probe that began after it. */
  readonly seconds: number;
  /** Whether no probe was successful until the measurement was given up. */
  readonly isOpen: boolean;
}

type Open = Omit<Outage, 'seconds' | 'isOpen'> & { readonly since: number };

/**
 * Probes services all the time, and measures from each blackhole how long they are unusable. A probe is successful when all
 * of its requests are answered within 2 s by a status below 500. Other faults that overlap count in.
 */
export class AvailabilityWatch {
  readonly #open = new Set<Open>();
  readonly #outages: Outage[] = [];
  readonly #stopping = new AbortController();
  readonly #probing: Promise<unknown>;
  readonly #services: readonly string[];
  readonly #patienceMs: number;
  readonly #failure = Promise.withResolvers<never>();

  constructor(probes: readonly Probe[], patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
    this.#failure.promise.catch(() => {});
    this.#services = probes.map(({ service }) => service);
    this.#probing = Promise.all(probes.map((probe) => this.#watch(probe)));
  }

  /** Rejects when a service is unusable for longer than the patience, since orders might never be answered then. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** Notifies the watch of a blackhole that has just begun. */
  began(fault: Blackhole): void {
    const since = performance.now();
    for (const service of this.#services) this.#open.add({ service, fault: faultText(fault), since });
  }

  /** Waits until every service was usable after every blackhole, or patience is over. @returns all outages */
  async end(): Promise<readonly Outage[]> {
    const over = performance.now() + this.#patienceMs;
    while (this.#open.size > 0 && performance.now() < over) await delay(PROBE_PAUSE_MS);
    this.stop();
    await this.#probing;
    for (const open of this.#open) this.#close(open, true);
    return this.#outages;
  }

  /** Ends the probes. */
  stop(): void {
    this.#stopping.abort();
  }

  async #watch(probe: Probe): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const began = performance.now();
      const usable = await isUsable(probe);
      for (const open of this.#open) {
        if (open.service !== probe.service || open.since >= began) continue;
        if (usable) this.#close(open, false);
        else if (performance.now() - open.since > this.#patienceMs) this.#failure.reject(stillUnusable(open));
      }
      await delay(PROBE_PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  #close(open: Open, isOpen: boolean): void {
    const { service, fault, since } = open;
    this.#open.delete(open);
    this.#outages.push({ service, fault, seconds: (performance.now() - since) / 1_000, isOpen });
  }
}

function stillUnusable({ service, fault, since }: Open): Error {
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  return new Error(`${service} is unusable for ${seconds} s after '${fault}'; the run is given up`);
}

async function isUsable({ urls, headers = {} }: Probe): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const ask = async (url: string) => {
    const answer = await fetch(url, { headers, signal });
    await answer.arrayBuffer();
    return answer.status < 500;
  };
  const requests = urls.flatMap((url) => Array.from({ length: REQUESTS }, () => ask(url)));
  try {
    return (await Promise.all(requests)).every(Boolean);
  } catch {
    return false;
  }
}

/** States that no service was unusable for longer than 15 s after a blackhole. */
export function servicesRecovered(outages: readonly Outage[], blackholes: number): Finding {
  const longest = outages.toSorted((a, b) => b.seconds - a.seconds)[0];
  return {
    holds: `No service was unusable for more than ${MAX_OUTAGE_S} s after a blackhole`,
    figure: longest
      ? `longest ${longest.seconds.toFixed(1)} s: ${longest.service}; ${count(blackholes, 'blackholes')}`
      : count(blackholes, 'blackholes'),
    wrong: outages
      .filter(({ seconds, isOpen }) => isOpen || seconds > MAX_OUTAGE_S)
      .map(
        ({ service, fault, seconds, isOpen }) =>
          `${service}: unusable for ${isOpen ? 'at least ' : ''}${seconds.toFixed(1)} s after ${fault}`,
      ),
  };
}
