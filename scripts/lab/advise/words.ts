import { figure } from '../contrast/page/figures.ts';
import type { Advice, Verdict } from './advise-call.ts';
import type { FieldLoss } from './candidate.ts';

/** What goes with the sidecars. */
export const NO_SIDECAR = 'mTLS and authorization by the sidecar';

/** Says why a layer does not do a field exactly, behind the field's name. */
export type Cite = (why: string) => string;

export const inFull: Cite = (why) => `: ${why}`;

/** What the call goes without under the layer that is recommended; empty where it is nothing. */
export function losesOf({ recommended, layers, hasIstio }: Advice, cite: Cite): readonly string[] {
  const verdict = layers.find(({ layer }) => layer === recommended);
  if (!verdict) return [];
  return [
    ...(verdict.layer === 'mesh' || !hasIstio ? [] : [NO_SIDECAR]),
    ...fieldWords(verdict.fields, cite),
    ...verdict.behind.map(({ text, clearly }) => (clearly ? `${text} (clearly worse)` : text)),
  ];
}

/** Why each of the other layers is not recommended, of those that were measured. */
export function reasonsAgainst(advice: Advice, cite: Cite): ReadonlyMap<string, string> {
  const others = advice.layers.filter(
    ({ layer, cost }) => layer !== advice.recommended && cost !== undefined,
  );
  return new Map(others.map((verdict) => [verdict.layer, reason(verdict, advice, cite)]));
}

function reason(verdict: Verdict, { asks, hasIstio }: Advice, cite: Cite): string {
  const { layer, cost, fields, eligible, behind } = verdict;
  if (!hasIstio && layer !== 'app') return 'the environment has no Istio';
  const missing = fields.filter(({ kind }) => kind === 'unsupported');
  if (missing.length === asks.length) return `does nothing of it${cite(missing[0]?.why ?? '')}`;
  if (!eligible) return fieldWords(missing.length > 0 ? missing : fields, cite).join('; ');
  const clearly = behind.filter((one) => one.clearly).map(({ text }) => text);
  return clearly.length > 0 ? clearly.join('; ') : `costs ${figure(cost)} ms`;
}

/** Fields with the same reason are named together. */
function fieldWords(fields: readonly FieldLoss[], cite: Cite): readonly string[] {
  const groups = Map.groupBy(fields, ({ kind, why }) => `${kind} ${why}`);
  return [...groups.values()].map((group) => {
    const names = group.map(({ field }) => field).join(', ');
    const [first] = group;
    const isThere = first?.kind === 'approximate';
    return `${isThere ? `${names} only approximately` : `no ${names}`}${cite(first?.why ?? '')}`;
  });
}
