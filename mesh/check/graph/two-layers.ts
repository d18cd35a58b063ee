import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import { describeAmplification, type HopAttempts, maxAttempts, worstRoute } from '../rules/amplification.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/**
 * Rejects methods that two layers retry. The sidecar matches requests by path and caller, whichever layer a call
 * declares. If a mesh call and an in-process call share a method, both layers retry it and their attempts multiply.
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
        const attempts = maxAttempts(call.policy) * maxAttempts(other.policy);
        const worst = worstRoute(hopsOf(platform, call, attempts), call.caller.name, call.callee.name);
        const message =
          `'${method}' is retried by layer '${call.layer}' here and by layer '${other.layer}' in ${other.node.path}: ` +
          `${maxAttempts(call.policy)} x ${maxAttempts(other.policy)} = ${attempts} attempts of one call, ` +
          `${describeAmplification(worst)}; keep the retries of one of the two`;
        yield { path: call.node.path, rule: 'retries/two-layers', message };
      }
    }
  }
};

function sharedMethod(call: Call, other: Call): string | undefined {
  return call.callee === other.callee ? call.methods.find((name) => other.methods.includes(name)) : undefined;
}

/** Returns the attempts of every hop of the graph, with `attempts` for the given call's pair. */
function hopsOf({ services }: Platform, { caller, callee }: Call, attempts: number): HopAttempts {
  return new Map(
    services.map((service) => {
      const callees = new Map<string, number>();
      for (const call of service.outgoingCalls) {
        const name = call.callee.name;
        callees.set(name, Math.max(callees.get(name) ?? 1, maxAttempts(call.policy)));
      }
      if (service === caller) callees.set(callee.name, attempts);
      return [service.name, callees];
    }),
  );
}
