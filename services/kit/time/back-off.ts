import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Retries } from '../../../mesh/policy/retries.ts';

/** Envoy's own, where a policy has none. */
const DEFAULT: NonNullable<Retries['backOff']> = { base: '25ms', max: '250ms' };

/**
 * Milliseconds to wait before each retry, the first being 0: full jitter between zero and `base * 2^retry`, at most
 * `max` (Brooker, Exponential Backoff And Jitter, 2015; Envoy's JitteredExponentialBackOffStrategy).
 */
export function backOff(
  { base, max } = DEFAULT,
  random: () => number = Math.random,
): (retry: number) => number {
  const baseMs = milliseconds(base);
  const maxMs = milliseconds(max);
  return (retry) => random() * Math.min(baseMs * 2 ** retry, maxMs);
}
