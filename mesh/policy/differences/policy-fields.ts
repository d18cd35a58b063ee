import type { Balance } from '../balance.ts';
import type { CallPolicy } from '../call-policy.ts';
import { milliseconds } from '../duration.ts';
import type { Retries, RetryCondition } from '../retries.ts';
import type { PolicyField } from './difference.ts';

/**
 * Returns the fields that a policy uses.
 * @param versions number of versions of the callee
 */
export function policyFields(policy: CallPolicy, versions: number): readonly PolicyField[] {
  const { retries, limits, fault } = policy;
  return [
    'timeout',
    ...(retries ? retryFields(retries) : []),
    ...balanceFields(policy.balance ?? { kind: 'round-robin' }, versions),
    ...present('outlierDetection', policy.outlierDetection),
    ...present('outlierDetection.maxEjectionPercent', policy.outlierDetection?.maxEjectionPercent),
    ...present('limits.connections', limits?.connections),
    ...present('limits.pendingRequests', limits?.pendingRequests),
    ...present('limits.requests', limits?.requests),
    ...present('limits.concurrentRetries', limits?.concurrentRetries),
    ...present('fault.delay', fault?.delay),
    ...present('fault.abort', fault?.abort),
    ...present('fault.retries', fault && retries),
    ...present('hedging', policy.hedging),
    ...present('breaker', policy.breaker),
  ];
}

function retryFields({ on, perTryTimeout, backOff, budget }: Retries): readonly PolicyField[] {
  // A maximum of ten times the base is Envoy's default, which every layer implements.
  const isCustomMax = backOff && milliseconds(backOff.max) !== 10 * milliseconds(backOff.base);
  return [
    'retries.max',
    ...on.map((condition) => conditionField(condition, on)),
    ...present('retries.perTryTimeout', perTryTimeout),
    ...present('retries.backOff.base', backOff),
    ...present('retries.backOff.max', isCustomMax || undefined),
    ...present('retries.budget', budget),
  ];
}

function conditionField(condition: RetryCondition, on: readonly RetryCondition[]): PolicyField {
  const withinUnavailable = condition === 'connect-failure' || condition === 'refused-stream';
  return withinUnavailable && !on.includes('unavailable')
    ? `retries.on.${condition}.alone`
    : `retries.on.${condition}`;
}

function balanceFields(balance: Balance, versions: number): readonly PolicyField[] {
  if (balance.kind === 'consistent-hash') {
    return [
      'header' in balance.by ? 'balance.consistent-hash.header' : 'balance.consistent-hash.source',
      ...present('balance.consistent-hash.versions', versions > 1 || undefined),
    ];
  }
  const field = `balance.${balance.kind}` as const;
  const otherChoices = balance.kind === 'least-request' && (balance.choices ?? 2) !== 2;
  return [field, ...present('balance.least-request.choices', otherChoices || undefined)];
}

function present(field: PolicyField, value: unknown): readonly PolicyField[] {
  return value === undefined ? [] : [field];
}
