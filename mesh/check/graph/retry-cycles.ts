import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { maxAttempts } from '../rules/amplification.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Calls that retry do not lead back to where they came from: each round would multiply the tries of the last. */
export const retryCycles: GraphRule = function* (platform) {
  for (const cycle of cyclesOf(platform)) {
    const [first] = cycle;
    if (!first) continue;
    const route = [first.caller.name, ...cycle.map(({ callee }) => callee.name)].join(' -> ');
    const tries = cycle.reduce((product, { policy }) => product * maxAttempts(policy), 1);
    const message = `${route} is a cycle of calls that retry: one round is ${tries} tries, the next ${tries ** 2}; leave retries out of one of them`;
    yield { path: first.node.path, rule: 'retries/cycle', message };
  }
};

/** One cycle for each call that closes one, found by a depth-first walk over the calls that retry. */
function* cyclesOf({ services }: Platform): Generator<readonly Call[]> {
  const done = new Set<Service>();
  for (const service of services) if (!done.has(service)) yield* cyclesFrom(service, done);
}

/** The walk keeps its own stack: a chain of calls may be longer than the one of the process. */
function* cyclesFrom(start: Service, done: Set<Service>): Generator<readonly Call[]> {
  const route: Call[] = [];
  const open = [{ service: start, calls: retryingCalls(start) }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const call = top.calls.pop();
    if (!call) {
      done.add(top.service);
      open.pop();
      route.pop();
    } else if (!done.has(call.callee)) {
      const index = open.findIndex(({ service }) => service === call.callee);
      if (index === -1) {
        route.push(call);
        open.push({ service: call.callee, calls: retryingCalls(call.callee) });
      } else yield [...route.slice(index), call];
    }
  }
}

/** A service that calls itself is another rule's. */
function retryingCalls(service: Service): Call[] {
  return service.outgoingCalls.filter(({ policy, callee }) => maxAttempts(policy) > 1 && callee !== service);
}
