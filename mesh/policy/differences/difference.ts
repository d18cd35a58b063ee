import type { RetryCondition } from '../retries.ts';

/** How faithfully a layer does a field of a call policy. */
export type Difference =
  | { readonly kind: 'exact' }
  | { readonly kind: 'approximate'; readonly how: string }
  | { readonly kind: 'unsupported'; readonly why: string };

/** What a policy can ask for, as far as layers differ in it. */
export type PolicyField =
  /** Whether a certificate proves to the callee who calls. Every call asks for it where there is a mesh. */
  | 'identity'
  | 'timeout'
  | 'retries.max'
  | 'retries.perTryTimeout'
  | `retries.on.${RetryCondition}`
  /** A condition that gRPC reports as UNAVAILABLE, in a policy that does not repeat UNAVAILABLE. */
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

/** A field that a layer does as Envoy does. */
export const EXACT: Difference = { kind: 'exact' };

/** @param how it differs */
export const approximate = (how: string): Difference => ({ kind: 'approximate', how });

/** @param why, with the source where there is one */
export const unsupported = (why: string): Difference => ({ kind: 'unsupported', why });

/** What a layer makes of each field. */
export type Differences = Readonly<Record<PolicyField, Difference>>;
