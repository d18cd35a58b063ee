import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import { describeAmplification, type HopAttempts, maxAttempts, worstRoute } from '../rules/amplification.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/**
 * No method is retried by two layers. The sidecar goes by path and caller, not by who was meant to enforce: a
 * method that is declared in a call of the mesh and in one of the process is retried by both, and tries multiply.
 */
export const twoLayers: GraphRule = function* (platform) {
  for (const { outgoingCalls } of platform.services) {
    for (const [index, call] of outgoingCalls.entries()) {
      for (const other of outgoingCalls.slice(0, index)) {
        const method = sharedMethod(call, other);
        if (
          !method ||
          call.layer === other.layer ||
          maxAttempts(call.policy) === 1 ||
          maxAttempts(other.policy) === 1
        )
          continue;
        const tries = maxAttempts(call.policy) * maxAttempts(other.policy);
        const worst = worstRoute(hopsOf(platform, call, tries), call.caller.name, call.callee.name);
        const message =
          `'${method}' is retried by layer '${call.layer}' here and by layer '${other.layer}' in ${other.node.path}: ` +
          `${maxAttempts(call.policy)} x ${maxAttempts(other.policy)} = ${tries} tries of one call, ` +
          `${describeAmplification(worst)}; leave retries to one of the two`;
        yield { path: call.node.path, rule: 'retries/two-layers', message };
      }
    }
  }
};

function sharedMethod(call: Call, other: Call): string | undefined {
  return call.callee === other.callee ? call.methods.find((name) => other.methods.includes(name)) : undefined;
}

/** Tries of every hop of the graph; those of the pair in question are `tries`. */
function hopsOf({ services }: Platform, { caller, callee }: Call, tries: number): HopAttempts {
  return new Map(
    services.map((service) => {
      const callees = new Map<string, number>();
      for (const call of service.outgoingCalls) {
        const name = call.callee.name;
        callees.set(name, Math.max(callees.get(name) ?? 1, maxAttempts(call.policy)));
      }
      if (service === caller) callees.set(callee.name, tries);
      return [service.name, callees];
    }),
  );
}
