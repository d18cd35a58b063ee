import type { CallPolicy, Limits } from '../../../mesh/policy/call-policy.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import { differenceOf } from '../../../mesh/policy/differences/differences.ts';
import { policyFields } from '../../../mesh/policy/differences/policy-fields.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import type { Retries } from '../../../mesh/policy/retries.ts';

/** A policy without the fields that a layer does not support, and those fields. */
export interface ReducedPolicy {
  readonly policy: CallPolicy;
  readonly unsupported: readonly PolicyField[];
}

/** Removes the fields of a policy that a layer does not support. Accepts approximate fields. */
export function reducePolicy(policy: CallPolicy, layer: Layer): ReducedPolicy {
  const unsupported = policyFields(policy, 1).filter(
    (field) => differenceOf(layer, field).support === 'unsupported',
  );
  const isUnsupported = (field: string) =>
    unsupported.some((one) => one === field || one === `${field}.alone`);
  const { retries, balance, outlierDetection, limits, hedging, breaker, timeout } = policy;
  const reducedRetries = retries && reduceRetries(retries, isUnsupported);
  const reducedLimits = limits && reduceLimits(limits, isUnsupported);
  const hasBalance = !unsupported.some((field) => field.startsWith('balance.'));
  return {
    unsupported,
    policy: {
      timeout,
      approximation: 'accept',
      ...(reducedRetries && { retries: reducedRetries }),
      ...(balance && hasBalance && { balance }),
      ...(outlierDetection && !isUnsupported('outlierDetection') && { outlierDetection }),
      ...(reducedLimits && { limits: reducedLimits }),
      ...(hedging && !isUnsupported('hedging') && { hedging }),
      ...(breaker && !isUnsupported('breaker') && { breaker }),
    },
  };
}

type IsUnsupported = (field: string) => boolean;

function reduceRetries(retries: Retries, isUnsupported: IsUnsupported): Retries | undefined {
  const { perTryTimeout, backOff, budget, max } = retries;
  const on = retries.on.filter((condition) => !isUnsupported(`retries.on.${condition}`));
  if (on.length === 0 || isUnsupported('retries.max')) return undefined;
  const hasBackOff =
    backOff && !isUnsupported('retries.backOff.base') && !isUnsupported('retries.backOff.max');
  return {
    max,
    on,
    ...(perTryTimeout && !isUnsupported('retries.perTryTimeout') && { perTryTimeout }),
    ...(hasBackOff && { backOff }),
    ...(budget && !isUnsupported('retries.budget') && { budget }),
  };
}

function reduceLimits(limits: Limits, isUnsupported: IsUnsupported): Limits | undefined {
  const supported = Object.entries(limits).filter(([name]) => !isUnsupported(`limits.${name}`));
  return supported.length > 0 ? Object.fromEntries(supported) : undefined;
}
