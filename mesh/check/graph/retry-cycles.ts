import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import type { GraphRule } from '../graph-rule.ts';
import { triesOf } from '../tries.ts';

/** Calls that retry do not lead back to where they came from: each round would multiply the tries of the last. */
export const retryCycles: GraphRule = function* (platform) {
  for (const cycle of cyclesOf(platform)) {
    const [first] = cycle;
    if (!first) continue;
    const route = [first.caller.name, ...cycle.map(({ callee }) => callee.name)].join(' -> ');
    const tries = cycle.reduce((product, { policy }) => product * triesOf(policy), 1);
    const message = `${route} is a cycle of calls that retry: one round is ${tries} tries, the next ${tries ** 2}; leave retries out of one of them`;
    yield { path: first.node.path, rule: 'retries/cycle', message };
  }
};

/** One cycle for each call that closes one, found by a depth-first walk over the calls that retry. */
function* cyclesOf({ services }: Platform): Generator<readonly Call[]> {
  const done = new Set<Service>();
  for (const service of services) yield* walk(service, [], done);
}

function* walk(service: Service, route: readonly Call[], done: Set<Service>): Generator<readonly Call[]> {
  if (done.has(service)) return;
  const start = route.findIndex(({ caller }) => caller === service);
  if (start !== -1) {
    yield route.slice(start);
    return;
  }
  for (const call of service.outgoing) {
    if (triesOf(call.policy) > 1 && call.callee !== service) yield* walk(call.callee, [...route, call], done);
  }
  done.add(service);
}
