import type { OutlierDetection } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import { withOutlierDefaults } from '../../../mesh/policy/outlier-defaults.ts';

/** What is remembered of a host. */
export interface Watched {
  /** Errors in a row. */
  errors: number;
  /** What its next time out is a multiple of; falls again while it is in. */
  ejections: number;
  /** When it was taken out, milliseconds; undefined while it is in. */
  ejectedAt: number | undefined;
}

/** Milliseconds that a host is out at most, if it is not `baseEjectionTime` alone (Envoy's max_ejection_time). */
const LONGEST_MS = 300_000;

/**
 * Takes hosts out of balancing for a while when they fail several times in a row, as Envoy's outlier detection does with
 * consecutive_5xx (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier). Its clock is the
 * caller's, in milliseconds.
 */
export class OutlierDetector {
  /** Milliseconds from one `sweep` to the next. */
  readonly intervalMs: number;
  readonly #consecutiveErrors: number;
  readonly #baseMs: number;
  readonly #maxPercent: number;
  readonly #minHealthPercent: number;

  constructor(detection: OutlierDetection) {
    const all = withOutlierDefaults(detection);
    this.intervalMs = milliseconds(all.interval);
    this.#consecutiveErrors = all.consecutiveErrors;
    this.#baseMs = milliseconds(all.baseEjectionTime);
    this.#maxPercent = all.maxEjectionPercent;
    this.#minHealthPercent = all.minHealthPercent;
  }

  /**
   * Counts how a request to `host`, one of `hosts`, ended.
   * @returns whether that took it out
   */
  report(host: Watched, failed: boolean, hosts: readonly Watched[], now: number): boolean {
    host.errors = failed ? host.errors + 1 : 0;
    if (host.errors < this.#consecutiveErrors || host.ejectedAt !== undefined) return false;
    // The share that would be out with it: of few hosts a small one is none, as Envoy has it.
    const out = hosts.length - healthy(hosts).length + 1;
    if (percent(out, hosts.length) > this.#maxPercent) return false;
    host.ejectedAt = now;
    if (host.ejections * this.#baseMs < this.#longestMs + this.#baseMs) host.ejections++;
    return true;
  }

  /** Lets hosts in again whose time is over, and returns them; to be called once in an interval. */
  sweep<H extends Watched>(hosts: readonly H[], now: number): readonly H[] {
    return hosts.filter((host) => {
      if (host.ejectedAt === undefined) {
        host.ejections = Math.max(0, host.ejections - 1);
        return false;
      }
      if (now - host.ejectedAt < Math.min(host.ejections * this.#baseMs, this.#longestMs)) return false;
      host.ejectedAt = undefined;
      host.errors = 0;
      return true;
    });
  }

  /** The hosts to balance over: those that are in, or all when too few are (panic). */
  usable<H extends Watched>(hosts: readonly H[]): readonly H[] {
    const some = healthy(hosts);
    return percent(some.length, hosts.length) < this.#minHealthPercent ? hosts : some;
  }

  get #longestMs(): number {
    return Math.max(this.#baseMs, LONGEST_MS);
  }
}

function healthy<H extends Watched>(hosts: readonly H[]): readonly H[] {
  return hosts.filter(({ ejectedAt }) => ejectedAt === undefined);
}

function percent(part: number, whole: number): number {
  return (100 * part) / whole;
}
