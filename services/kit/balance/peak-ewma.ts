import { type Duration, milliseconds } from '../../../mesh/policy/duration.ts';
import type { Busy } from './least-request.ts';
import type { Pick, Random, Some } from './pick.ts';

/** A host with how long its answers take. */
export interface Timed extends Busy {
  /** Milliseconds. */
  latency: number;
  /** When the last answer came, milliseconds. */
  answeredAt: number;
}

/** Weight of a host that is busy and has not answered yet: any other is better. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

/** Notes that an answer took `ms`. A longer time counts at once, a shorter one little by little within `decay`. */
export function observeLatency(host: Timed, ms: number, now: number, decay: Duration = '10s'): void {
  const weight = Math.exp((host.answeredAt - now) / milliseconds(decay));
  host.latency = ms > host.latency ? ms : host.latency * weight + ms * (1 - weight);
  host.answeredAt = now;
}

/**
 * The better of two hosts that are drawn, by requests in flight times latency, so that a host that has become slow is
 * passed over before its requests pile up (Finagle's Peak EWMA; Mitzenmacher, 2001, for the two).
 */
export function peakEwma<H extends Timed>(hosts: Some<H>, random: Random = Math.random): Pick<H> {
  const draw = () => hosts[Math.floor(random() * hosts.length)] ?? hosts[0];
  return () => {
    const one = draw();
    const other = draw();
    return cost(other) < cost(one) ? other : one;
  };
}

function cost({ latency, active }: Timed): number {
  return latency === 0 && active > 0 ? UNKNOWN + active : latency * (active + 1);
}
