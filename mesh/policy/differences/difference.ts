import type { RetryCondition } from '../retries.ts';

/** How a layer implements a field of a call policy, compared with Envoy, and the reason if it is not exact. */
export type Difference =
  | { readonly support: 'exact' }
  | { readonly support: 'approximate' | 'unsupported'; readonly reason: string };

/** The fields of a policy. A field is split by value or context where the support of a layer depends on it. */
export type PolicyField =
  /** Whether a certificate proves the identity of the caller. Every call in a mesh has this field. */
  | 'identity'
  | 'timeout'
  | 'retries.max'
  | 'retries.perTryTimeout'
  | `retries.on.${RetryCondition}`
  /** A condition that gRPC reports as UNAVAILABLE, in a policy that does not retry `unavailable`. */
  | `retries.on.${'connect-failure' | 'refused-stream'}.alone`
  | 'retries.backOff.base'
  | 'retries.backOff.max'
  | 'retries.budget'
  | 'balance.round-robin'
  | 'balance.random'
  | 'balance.least-request'
  | 'balance.least-request.choices'
  | 'balance.peak-ewma'
  | 'balance.weighted-round-robin'
  | 'balance.consistent-hash.header'
  | 'balance.consistent-hash.source'
  | 'balance.consistent-hash.versions'
  | 'outlierDetection'
  | 'outlierDetection.maxEjectionPercent'
  | 'limits.connections'
  | 'limits.pendingRequests'
  | 'limits.requests'
  | 'limits.concurrentRetries'
  | 'fault.delay'
  | 'fault.abort'
  | 'fault.retries'
  | 'hedging'
  | 'breaker';

/** The layer behaves like Envoy. */
export const EXACT: Difference = { support: 'exact' };

/**
 * The layer behaves similarly to Envoy.
 * @param reason how the behavior differs from Envoy's
 */
export const approximate = (reason: string): Difference => ({ support: 'approximate', reason });

/**
 * The layer does not have the field.
 * @param reason why the layer lacks the field, with the source
 */
export const unsupported = (reason: string): Difference => ({ support: 'unsupported', reason });

/** The difference of one layer for each field. */
export type Differences = Readonly<Record<PolicyField, Difference>>;
