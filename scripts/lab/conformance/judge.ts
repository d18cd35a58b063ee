import type { Difference } from '../../../mesh/policy/differences/difference.ts';
import { differenceOf, type Enforcer } from '../../../mesh/policy/differences/differences.ts';
import type { ConformanceProbe } from './probe.ts';

/** The result of a probe under a layer, next to the documented difference. */
export interface ConformanceResult {
  readonly field: string;
  readonly layer: Enforcer;
  readonly claim: Difference['support'];
  readonly expected: string;
  readonly actual: string;
  /** Whether the result confirms the claim. */
  readonly holds: boolean;
}

/**
 * Compares the result of a probe with the documented difference. An exact field must give the expected result, an
 * unsupported field must not. An approximate field may do either, since a probe tests one aspect of a field.
 */
export function judge(
  { field, expected }: ConformanceProbe,
  layer: Enforcer,
  actual: string,
): ConformanceResult {
  const claim = differenceOf(layer, field).support;
  const holds = claim === 'approximate' || (claim === 'exact') === (actual === expected);
  return { field, layer, claim, expected, actual, holds };
}
