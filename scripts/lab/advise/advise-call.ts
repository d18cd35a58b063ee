import type { Call } from '../../../mesh/graph/call.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import { policyFields } from '../../../mesh/policy/differences/policy-fields.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import type { ContrastReport } from '../contrast/report.ts';
import { type Candidate, candidatesFor } from './candidate.ts';
import { eligibleCandidates } from './eligible-candidates.ts';
import { findShortfalls, type Shortfall } from './shortfall.ts';

/** The parts of a call that advice depends on. */
export type AdvisedCall = Pick<Call, 'name' | 'policy' | 'layer'> & {
  readonly caller: { readonly name: string };
  readonly callee: { readonly name: string; readonly versions: readonly unknown[] };
};

/** The assessment of a layer for a call. */
export interface Verdict extends Candidate {
  readonly isEligible: boolean;
  /** Scenarios in which another eligible layer did better. Empty for a layer that is not eligible. */
  readonly shortfalls: readonly Shortfall[];
}

/** The recommended layer of a call, with the reasons. */
export interface Advice {
  /** `<caller>/<call name>` */
  readonly call: string;
  readonly callee: string;
  /** The layer that enforces the policy now. */
  readonly now: Layer;
  /** The fields of the policy. */
  readonly asks: readonly PolicyField[];
  /** Undefined when no measured layer supports the policy. */
  readonly recommended?: Layer;
  /** Whether the policy has to accept approximations before the recommended layer can enforce it. */
  readonly needsAccept: boolean;
  /** Whether the environment has sidecars. */
  readonly hasIstio: boolean;
  readonly layers: readonly Verdict[];
}

/** Maximum ratio of two costs that count as equal, since runs vary by as much. */
const MAX_EQUAL_COST_RATIO = 1.05;

/**
 * Recommends the eligible layer that uses the least CPU for 1,000 requests, of the layers with the fewest clear
 * shortfalls in the scenarios that concern the policy. The current layer is kept unless another one is more than 5 %
 * cheaper.
 * @param hasIstio whether the environment has Istio; without it only the calling process is eligible
 */
export function adviseCall(call: AdvisedCall, report: ContrastReport, hasIstio: boolean): Advice {
  const { name, caller, callee, policy, layer: now } = call;
  const versions = callee.versions.length;
  const asks = policyFields(policy, versions);
  const candidates = candidatesFor(policy, versions, report);
  const available = candidates.filter(({ layer }) => hasIstio || layer === 'app');
  const pool = eligibleCandidates(policy, available);
  const layers = candidates.map((candidate): Verdict => {
    const others = pool.filter(({ layer }) => layer !== candidate.layer).map(({ layer }) => layer);
    const isEligible = pool.some(({ layer }) => layer === candidate.layer);
    return {
      ...candidate,
      isEligible,
      shortfalls: isEligible ? findShortfalls(policy, report, candidate.layer, others) : [],
    };
  });
  const best = cheapest(layers, now);
  return {
    call: `${caller.name}/${name}`,
    callee: callee.name,
    now,
    asks,
    ...(best && { recommended: best.layer }),
    needsAccept: best !== undefined && best.fields.length > 0 && policy.approximation !== 'accept',
    hasIstio,
    layers,
  };
}

function cheapest(layers: readonly Verdict[], now: Layer): Verdict | undefined {
  const pool = layers.filter((verdict) => verdict.isEligible);
  const minShortfalls = Math.min(...pool.map(countClearShortfalls));
  const sorted = pool
    .filter((verdict) => countClearShortfalls(verdict) === minShortfalls)
    .toSorted((a, b) => costOf(a) - costOf(b));
  const [best] = sorted;
  return (
    sorted.find(
      (verdict) => verdict.layer === now && costOf(verdict) <= MAX_EQUAL_COST_RATIO * costOf(best),
    ) ?? best
  );
}

function costOf(verdict: Verdict | undefined): number {
  return verdict?.cost ?? Number.POSITIVE_INFINITY;
}

function countClearShortfalls(verdict: Verdict): number {
  return verdict.shortfalls.filter(({ isClear }) => isClear).length;
}
