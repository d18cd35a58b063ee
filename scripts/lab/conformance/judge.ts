import type { Difference } from '../../../mesh/policy/differences/difference.ts';
import { differenceOf, type Enforcer } from '../../../mesh/policy/differences/differences.ts';
import type { ConformanceProbe } from './probe.ts';

/** What a layer did in a probe, beside what the differences say of it. */
export interface ConformanceResult {
  readonly field: string;
  readonly layer: Enforcer;
  readonly claim: Difference['kind'];
  readonly expected: string;
  readonly actual: string;
  /** Whether what was seen bears the claim out. */
  readonly holds: boolean;
}

/**
 * Exact must be the same as expected, and unsupported must not, or the differences are wrong. An approximation may be
 * either: a probe sees one side of a field.
 */
export function judge(
  { field, expected }: ConformanceProbe,
  layer: Enforcer,
  seen: string,
): ConformanceResult {
  const claim = differenceOf(layer, field).kind;
  const holds = claim === 'approximate' || (claim === 'exact') === (seen === expected);
  return { field, layer, claim, expected, actual: seen, holds };
}
