import { admissionFindings } from '../../policy/admission.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Requires admission limits to be in range, and the callers they name to have a declared call. */
export const admission: GraphRule = function* ({ services, calls }) {
  for (const service of services) {
    const { admission: rules, node } = service;
    if (!rules) continue;
    const { path } = node;
    for (const finding of admissionFindings(rules)) yield { path, ...finding };
    const callers = new Set(
      calls.filter(({ callee }) => callee === service).map(({ caller }) => caller.name),
    );
    const named = [...Object.keys(rules.rates ?? {}), ...(rules.concurrency?.lowPriority ?? [])];
    for (const name of named) {
      if (name === '*' || callers.has(name)) continue;
      const message = `admission names '${name}', which does not call ${service.name}: name one of ${[...callers].join(', ') || 'its callers; it has none'}`;
      yield { path, rule: 'service/admission', message };
    }
  }
};
