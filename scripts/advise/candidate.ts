import type { PolicyField } from '../../mesh/policy/differences/difference.ts';
import { difference } from '../../mesh/policy/differences.ts';
import type { Layer } from '../../mesh/policy/layer.ts';
import { cpuOf } from '../contrast/page/measures.ts';
import type { Report } from '../contrast/report.ts';

export const LAYERS: readonly Layer[] = ['app', 'mesh', 'proxyless'];

/** A field that a layer does not do exactly, and why. */
export interface FieldLoss {
  readonly field: PolicyField;
  readonly kind: 'approximate' | 'unsupported';
  readonly why: string;
}

/** A layer that could enforce a call. */
export interface Candidate {
  readonly layer: Layer;
  /**
   * CPU of application and proxies where nothing goes wrong, in milliseconds for 1,000 requests. Undefined when that was
   * not measured.
   */
  readonly cost?: number;
  readonly fields: readonly FieldLoss[];
}

/** What each layer makes of the fields that a policy asks for, and what it costs. */
export function candidatesFor(asked: readonly PolicyField[], report: Report): readonly Candidate[] {
  return LAYERS.map((layer) => {
    const cost = costOf(report, layer);
    return { layer, fields: fieldLosses(layer, asked), ...(cost !== undefined && { cost }) };
  });
}

function fieldLosses(layer: Layer, asked: readonly PolicyField[]): readonly FieldLoss[] {
  return asked.flatMap((field) => {
    const found = difference(layer, field);
    if (found.kind === 'exact') return [];
    return [{ field, kind: found.kind, why: found.kind === 'approximate' ? found.how : found.why }];
  });
}

function costOf({ scenarios }: Report, layer: Layer): number | undefined {
  const calm = scenarios.find(({ name }) => name === 'calm');
  const run = calm?.runs.find((one) => one.layer === layer);
  const cost = run && cpuOf(run);
  return Number.isFinite(cost) ? cost : undefined;
}
