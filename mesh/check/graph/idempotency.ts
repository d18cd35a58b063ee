import { ambiguousConditions, UNPROCESSED_CONDITIONS } from '../../policy/retries.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Allows retries only on conditions where the callee has not started the call, or of methods declared idempotent. */
export const idempotency: GraphRule = function* ({ calls }) {
  for (const call of calls) {
    const { retries, hedging } = call.policy;
    const unsafe = ambiguousConditions(retries);
    if (!call.callee.serves || (unsafe.length === 0 && !hedging)) continue;
    for (const { name, options } of call.grpcMethods) {
      if (options.idempotencyLevel) continue;
      const cause = hedging ? 'hedging repeats' : `retries on ${unsafe.join(', ')} repeat`;
      const message =
        `${cause} ${name}, which is not declared idempotent: set its idempotency_level in the .proto file, ` +
        `or retry only on ${UNPROCESSED_CONDITIONS.join(' and ')}`;
      yield { path: call.node.path, rule: 'call/idempotency', message };
    }
  }
};
