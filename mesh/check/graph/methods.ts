import type { Call } from '../../graph/call.ts';
import type { Problem } from '../../policy/problem.ts';
import { didYouMean } from '../rules/closest-name.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Requires calls to name existing methods of the callee, and each method to be in only one call of the caller. */
export const methods: GraphRule = function* ({ services }) {
  for (const { outgoingCalls } of services) {
    for (const call of outgoingCalls) yield* unknownMethodProblems(call);
    yield* repeatedProblems(outgoingCalls);
  }
};

function* unknownMethodProblems({ methods, callee, node }: Call): Generator<Problem> {
  const { path } = node;
  if (methods.length === 0) {
    yield {
      path,
      rule: 'call/methods',
      message: 'the call lists no methods: list those that it calls, or remove it',
    };
  }
  if (!callee.serves) return;
  const existing = Object.keys(callee.serves.methods);
  for (const name of methods) {
    if (existing.includes(name)) continue;
    const message = `method '${name}' is not a method of ${callee.serves.fullName}: use one of ${existing.join(', ')}${didYouMean(name, existing)}`;
    yield { path, rule: 'call/methods', message };
  }
}

function* repeatedProblems(calls: readonly Call[]): Generator<Problem> {
  const declared = new Map<string, Call>();
  for (const call of calls) {
    for (const name of call.methods) {
      const key = `${call.callee.node.path} ${name}`;
      const earlierCall = declared.get(key);
      if (earlierCall) {
        const places = earlierCall === call ? 'twice' : `here and in ${earlierCall.node.path}`;
        const message = `method '${name}' of '${call.callee.name}' is declared ${places}: keep it in one call, so that one policy applies`;
        yield { path: call.node.path, rule: 'call/repeated-method', message };
      }
      declared.set(key, call);
    }
  }
}
