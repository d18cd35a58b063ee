import type { RetryCondition } from '../retries.ts';

/** How a layer implements a field of a call policy, compared with Envoy. */
export type Difference =
  | { readonly kind: 'exact' }
  | { readonly kind: 'approximate'; readonly how: string }
  | { readonly kind: 'unsupported'; readonly why: string };

/** The fields of a policy, divided as far as layers differ in them. */
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
export const EXACT: Difference = { kind: 'exact' };

/**
 * The layer behaves similarly to Envoy.
 * @param how it differs
 */
export const approximate = (how: string): Difference => ({ kind: 'approximate', how });

/**
 * The layer does not have the field.
 * @param why it does not, with the source
 */
export const unsupported = (why: string): Difference => ({ kind: 'unsupported', why });

/** The difference of one layer for each field. */
export type Differences = Readonly<Record<PolicyField, Difference>>;
