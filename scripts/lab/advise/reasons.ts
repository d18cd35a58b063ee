import { figure } from '../../operate/report/figures.ts';
import type { Advice, Verdict } from './advise-call.ts';
import type { FieldLoss } from './candidate.ts';

/** The security features that a call loses without sidecars. */
export const SIDECAR_SECURITY = 'mTLS and authorization by the sidecar';

/** Returns the text after a field's name that explains why a layer does not enforce it exactly. */
export type Cite = (why: string) => string;

export const citeInFull: Cite = (why) => `: ${why}`;

/** Returns the losses of a call under the recommended layer. */
export function listLosses({ recommended, layers, hasIstio }: Advice, cite: Cite): readonly string[] {
  const verdict = layers.find(({ layer }) => layer === recommended);
  if (!verdict) return [];
  return [
    ...(verdict.layer === 'mesh' || !hasIstio ? [] : [SIDECAR_SECURITY]),
    ...fieldWords(verdict.fields, cite),
    ...verdict.shortfalls.map(({ text, isClear }) => (isClear ? `${text} (clearly worse)` : text)),
  ];
}

/** Returns the reason against each of the other measured layers. */
export function reasonsAgainst(advice: Advice, cite: Cite): ReadonlyMap<string, string> {
  const others = advice.layers.filter(
    ({ layer, cost }) => layer !== advice.recommended && cost !== undefined,
  );
  return new Map(others.map((verdict) => [verdict.layer, reason(verdict, advice, cite)]));
}

function reason(verdict: Verdict, { asks, hasIstio }: Advice, cite: Cite): string {
  const { layer, cost, fields, isEligible, shortfalls } = verdict;
  if (!hasIstio && layer !== 'app') return 'the environment has no Istio';
  const missing = fields.filter(({ kind }) => kind === 'unsupported');
  if (missing.length === asks.length) return `supports no field of the policy${cite(missing[0]?.why ?? '')}`;
  if (!isEligible) return fieldWords(missing.length > 0 ? missing : fields, cite).join('; ');
  const clearShortfalls = shortfalls.filter(({ isClear }) => isClear).map(({ text }) => text);
  return clearShortfalls.length > 0 ? clearShortfalls.join('; ') : `costs ${figure(cost)} ms`;
}

/** Describes fields, grouped by reason. */
function fieldWords(fields: readonly FieldLoss[], cite: Cite): readonly string[] {
  const groups = Map.groupBy(fields, ({ kind, why }) => `${kind} ${why}`);
  return [...groups.values()].map((group) => {
    const names = group.map(({ field }) => field).join(', ');
    const [first] = group;
    const isApproximate = first?.kind === 'approximate';
    return `${isApproximate ? `${names} only approximately` : `no ${names}`}${cite(first?.why ?? '')}`;
  });
}
