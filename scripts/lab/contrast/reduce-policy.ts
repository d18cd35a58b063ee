import type { CallPolicy, Limits } from '../../../mesh/policy/call-policy.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import { differenceOf } from '../../../mesh/policy/differences/differences.ts';
import { policyFields } from '../../../mesh/policy/differences/policy-fields.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import type { Retries } from '../../../mesh/policy/retries.ts';

/** A policy as far as a layer can do it, and the fields that it cannot do. */
export interface Reduced {
  readonly policy: CallPolicy;
  readonly lost: readonly PolicyField[];
}

/** Takes out of a policy what a layer cannot do, and accepts what it does approximately. */
export function reducePolicy(policy: CallPolicy, layer: Layer): Reduced {
  const lost = policyFields(policy, 1).filter((field) => differenceOf(layer, field).kind === 'unsupported');
  const isLost = (field: string) => lost.some((one) => one === field || one === `${field}.alone`);
  const { retries, balance, outlierDetection, limits, hedging, breaker, timeout } = policy;
  const kept = retries && reduceRetries(retries, isLost);
  const keptLimits = limits && reduceLimits(limits, isLost);
  const isBalanceLost = lost.some((field) => field.startsWith('balance.'));
  return {
    lost,
    policy: {
      timeout,
      approximation: 'accept',
      ...(kept && { retries: kept }),
      ...(balance && !isBalanceLost && { balance }),
      ...(outlierDetection && !isLost('outlierDetection') && { outlierDetection }),
      ...(keptLimits && { limits: keptLimits }),
      ...(hedging && !isLost('hedging') && { hedging }),
      ...(breaker && !isLost('breaker') && { breaker }),
    },
  };
}

function reduceRetries(retries: Retries, isLost: (field: string) => boolean): Retries | undefined {
  const { perTryTimeout, backOff, budget, max: maxRetries } = retries;
  const on = retries.on.filter((condition) => !isLost(`retries.on.${condition}`));
  if (on.length === 0 || isLost('retries.max')) return undefined;
  const waits = backOff && !isLost('retries.backOff.base') && !isLost('retries.backOff.max');
  return {
    max: maxRetries,
    on,
    ...(perTryTimeout && !isLost('retries.perTryTimeout') && { perTryTimeout }),
    ...(waits && { backOff }),
    ...(budget && !isLost('retries.budget') && { budget }),
  };
}

function reduceLimits(limits: Limits, isLost: (field: string) => boolean): Limits | undefined {
  const kept = Object.entries(limits).filter(([name]) => !isLost(`limits.${name}`));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
