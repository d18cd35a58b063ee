import { type Call, outgoingCallsOf } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ServiceScope } from '../../graph/scopes.ts';
import { maxAttempts } from '../rules/amplification.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Rejects cycles of calls that retry: every round of the cycle multiplies the attempts of the previous round. */
export const retryCycles: GraphRule = function* (platform) {
  for (const cycle of cyclesOf(platform)) {
    const [first] = cycle;
    if (!first) continue;
    const route = [first.caller.name, ...cycle.map(({ callee }) => callee.name)].join(' -> ');
    const attempts = cycle.reduce((product, { policy }) => product * maxAttempts(policy), 1);
    const message = `${route} is a cycle of calls that retry: ${attempts} attempts after one round, ${attempts ** 2} after two; remove the retries of one call`;
    yield { path: first.node.path, rule: 'retries/cycle', message };
  }
};

/** Yields one cycle per call that closes a cycle, by a depth-first search over the calls that retry. */
function* cyclesOf({ services }: Platform): Generator<readonly Call[]> {
  const finishedServices = new Set<ServiceScope>();
  for (const service of services)
    if (!finishedServices.has(service)) yield* cyclesFrom(service, finishedServices);
}

/** Searches iteratively: recursion would overflow the stack on a long chain of calls. */
function* cyclesFrom(start: ServiceScope, finishedServices: Set<ServiceScope>): Generator<readonly Call[]> {
  const route: Call[] = [];
  const path = [{ service: start, calls: retryingCalls(start) }];
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const call = top.calls.pop();
    if (!call) {
      finishedServices.add(top.service);
      path.pop();
      route.pop();
    } else if (!finishedServices.has(call.callee)) {
      const index = path.findIndex(({ service }) => service === call.callee);
      if (index === -1) {
        route.push(call);
        path.push({ service: call.callee, calls: retryingCalls(call.callee) });
      } else yield [...route.slice(index), call];
    }
  }
}

/** Returns the calls that retry, except calls to itself, which the rule `callees` rejects. */
function retryingCalls(service: ServiceScope): Call[] {
  return outgoingCallsOf(service).filter(
    ({ policy, callee }) => maxAttempts(policy) > 1 && callee !== service,
  );
}
