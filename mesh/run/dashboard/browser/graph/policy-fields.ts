import type { DecisionView } from '../../api/views.ts';

/** A field of a call policy with its value, as text. */
export interface CallPolicyField {
  /** `retries.max` */
  readonly path: string;
  readonly value: string;
  /** Whether the graph declares the field; otherwise a default applies. */
  readonly isDeclared: boolean;
}

/** Returns the fields of a policy with their paths, and the undeclared fields that decided. */
export function policyFields(policy: object, decidingFields: readonly string[]): readonly CallPolicyField[] {
  const declared = flatten('', policy);
  const missing = [...new Set(decidingFields)].filter(
    (field) => field !== '' && !declared.some(({ path }) => decides(field, path)),
  );
  return [...declared, ...missing.map((path) => ({ path, value: 'default', isDeclared: false }))];
}

/** Returns whether a decision because of `field` concerns the field at `path`, which may be a part of it. */
export function decides(field: string, path: string): boolean {
  return field !== '' && (path === field || path.startsWith(`${field}.`));
}

/** Returns the number of decisions per deciding field. */
export function countByField(decisions: readonly DecisionView[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { field, count } of decisions) counts.set(field, (counts.get(field) ?? 0) + count);
  return counts;
}

function flatten(prefix: string, value: object): readonly CallPolicyField[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof member === 'object' && member !== null && !Array.isArray(member)) return flatten(path, member);
    const text = Array.isArray(member) ? member.join(', ') : String(member);
    return [{ path, value: text, isDeclared: true }];
  });
}
