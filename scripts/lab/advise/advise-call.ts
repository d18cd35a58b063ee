import type { Call } from '../../../mesh/graph/call.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import { policyFields } from '../../../mesh/policy/differences/policy-fields.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import type { Report } from '../contrast/report.ts';
import { type Behind, behind } from './behind.ts';
import { type Candidate, candidatesFor } from './candidate.ts';
import { eligible } from './eligible.ts';

/** Of a call, what a report is asked about. */
export type Asked = Pick<Call, 'name' | 'policy' | 'layer'> & {
  readonly caller: { readonly name: string };
  readonly callee: { readonly name: string; readonly versions: readonly unknown[] };
};

/** A layer beside the others that may be recommended. */
export interface Verdict extends Candidate {
  readonly eligible: boolean;
  /** Where it was behind another that is eligible; nothing for a layer that is not. */
  readonly behind: readonly Behind[];
}

/** Which layer a call is best left to. */
export interface Advice {
  /** `caller/name of the call` */
  readonly call: string;
  readonly callee: string;
  /** Who enforces it now. */
  readonly now: Layer;
  readonly asks: readonly PolicyField[];
  /** Undefined when no layer that was measured can do what the policy asks. */
  readonly recommended?: Layer;
  /** The recommended layer does fields approximately, and the policy does not say yet that it accepts that. */
  readonly needsAccept: boolean;
  /** Whether there are sidecars to lose. */
  readonly hasIstio: boolean;
  readonly layers: readonly Verdict[];
}

/** One run differs from the next by as much: what costs no more times as much costs the same. */
const NEAR = 1.05;

/**
 * The cheapest layer for a call, of those that are eligible: by the least CPU for 1,000 requests. One that was clearly
 * behind another in a scenario that concerns the policy is passed over; where each was behind somewhere, the one that
 * was so least often is taken. A call stays where it is while nothing is cheaper by more than 5 %.
 * @param hasIstio whether the environment has; without it the calling process is all there is
 */
export function adviseCall(call: Asked, report: Report, hasIstio: boolean): Advice {
  const { name, caller, callee, policy, layer: now } = call;
  const versions = callee.versions.length;
  const asks = policyFields(policy, versions);
  const candidates = candidatesFor(policy, versions, report);
  const there = candidates.filter(({ layer }) => hasIstio || layer === 'app');
  const pool = eligible(policy, there);
  const layers = candidates.map((candidate): Verdict => {
    const others = pool.filter(({ layer }) => layer !== candidate.layer).map(({ layer }) => layer);
    const isEligible = pool.some(({ layer }) => layer === candidate.layer);
    return {
      ...candidate,
      eligible: isEligible,
      behind: isEligible ? behind(policy, report, candidate.layer, others) : [],
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
  const pool = layers.filter((verdict) => verdict.eligible);
  const least = Math.min(...pool.map(timesBehind));
  const sorted = pool
    .filter((verdict) => timesBehind(verdict) === least)
    .toSorted((a, b) => costOf(a) - costOf(b));
  const [best] = sorted;
  return sorted.find((verdict) => verdict.layer === now && costOf(verdict) <= NEAR * costOf(best)) ?? best;
}

function costOf(verdict: Verdict | undefined): number {
  return verdict?.cost ?? Number.POSITIVE_INFINITY;
}

function timesBehind(verdict: Verdict): number {
  return verdict.behind.filter(({ clearly }) => clearly).length;
}
