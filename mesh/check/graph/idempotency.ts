import { ambiguousConditions, UNPROCESSED_CONDITIONS } from '../../policy/retries.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** A call is repeated only when its callee cannot have begun it, or when its method says that a repeat is harmless. */
export const idempotency: GraphRule = function* ({ calls }) {
  for (const call of calls) {
    const { retries, hedging } = call.policy;
    const unsafe = ambiguousConditions(retries);
    if (!call.callee.serves || (unsafe.length === 0 && !hedging)) continue;
    for (const { name, options } of call.grpcMethods) {
      if (options.idempotencyLevel) continue;
      const what = hedging ? 'hedging repeats' : `retries on ${unsafe.join(', ')} repeat`;
      const message =
        `${what} ${name}, which does not say that a repeat is harmless: set its idempotency_level in the .proto file, ` +
        `or retry on ${UNPROCESSED_CONDITIONS.join(' and ')} alone`;
      yield { path: call.node.path, rule: 'call/idempotency', message };
    }
  }
};
