import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import { policyDifferences } from '../../../mesh/policy/differences/policy-differences.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import { cpuOf } from '../contrast/page/measures.ts';
import type { ContrastReport } from '../contrast/report.ts';

export const LAYERS: readonly Layer[] = ['app', 'mesh', 'proxyless'];

/** A policy field that a layer does not enforce exactly, with the reason. */
export interface FieldLoss {
  readonly field: PolicyField;
  readonly kind: 'approximate' | 'unsupported';
  readonly why: string;
}

/** A layer that could enforce a call's policy, with its measured cost. */
export interface Candidate {
  readonly layer: Layer;
  /**
   * CPU time of application and proxies for 1,000 requests without faults, in milliseconds. Undefined when it was not
   * measured.
   */
  readonly cost?: number;
  readonly fields: readonly FieldLoss[];
}

/** Returns each layer with its cost and the fields of a policy that it does not enforce exactly. */
export function candidatesFor(
  policy: CallPolicy,
  versions: number,
  report: ContrastReport,
): readonly Candidate[] {
  return LAYERS.map((layer) => {
    const cost = costOf(report, layer);
    const fields = policyDifferences('', policy, layer, versions).map(
      ({ field, difference }): FieldLoss => ({
        field,
        kind: difference.support,
        why: difference.reason,
      }),
    );
    return { layer, fields, ...(cost !== undefined && { cost }) };
  });
}

function costOf({ scenarios }: ContrastReport, layer: Layer): number | undefined {
  const calm = scenarios.find(({ name }) => name === 'calm');
  const run = calm?.runs.find((one) => one.layer === layer);
  const cost = run && cpuOf(run);
  return Number.isFinite(cost) ? cost : undefined;
}
