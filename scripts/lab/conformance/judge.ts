import type { Difference } from '../../../mesh/policy/differences/difference.ts';
import { differenceOf, type Enforcer } from '../../../mesh/policy/differences/differences.ts';
import type { Probe } from './probe.ts';

/** What a layer did in a probe, beside what the differences say of it. */
export interface Row {
  readonly field: string;
  readonly layer: Enforcer;
  readonly claim: Difference['kind'];
  readonly expected: string;
  readonly seen: string;
  /** Whether what was seen bears the claim out. */
  readonly holds: boolean;
}

/**
 * Exact must be the same as expected, and unsupported must not, or the differences are wrong. An approximation may be
 * either: a probe sees one side of a field.
 */
export function judge({ field, expected }: Probe, layer: Enforcer, seen: string): Row {
  const claim = differenceOf(layer, field).kind;
  const holds = claim === 'approximate' || (claim === 'exact') === (seen === expected);
  return { field, layer, claim, expected, seen, holds };
}
