import type { Call } from '../../graph/call.ts';
import { milliseconds } from '../../policy/duration.ts';
import type { Problem } from '../../policy/problem.ts';
import { ambiguousConditions } from '../../policy/retries.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** A server stream that is cut off sooner than this was hardly meant to be. */
const SHORT_MS = 1_000;

/** Timeouts and retries fit what is called: one answer, or a stream. */
export const streams: GraphRule = function* ({ calls }) {
  for (const call of calls) if (call.callee.serves) yield* streamProblems(call);
};

function* streamProblems(call: Call): Generator<Problem> {
  const { path } = call.node;
  const { timeout, retries, hedging } = call.policy;
  for (const { name, requestStream, responseStream } of call.grpcMethods) {
    const streams = requestStream || responseStream;
    if (timeout === 'none' && !streams) {
      yield {
        path,
        rule: 'call/stream',
        message: `timeout is 'none' and ${name} is no stream: give it a time, in a call of its own`,
      };
    }
    if (responseStream && timeout !== 'none' && milliseconds(timeout) < SHORT_MS) {
      yield {
        path,
        rule: 'call/stream',
        message: `timeout is '${timeout}' and ${name} is a stream, cut off then: give 'none' or a longer time`,
      };
    }
    const unsafe = ambiguousConditions(retries);
    if (requestStream && (unsafe.length > 0 || hedging)) {
      const what = hedging ? 'hedging' : `retries on ${unsafe.join(', ')}`;
      const message = `${what} of ${name}, whose request is a stream that cannot be sent again: leave it out, or move ${name} to a call of its own`;
      yield { path, rule: 'call/stream', message };
    }
  }
}
