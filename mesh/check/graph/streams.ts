import type { Call } from '../../graph/call.ts';
import { milliseconds } from '../../policy/duration.ts';
import type { Problem } from '../../policy/problem.ts';
import { ambiguousConditions } from '../../policy/retries.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/**
 * Minimum timeout of a server stream. A shorter one is assumed to be a mistake, because the timeout covers the whole
 * stream.
 */
const MIN_STREAM_TIMEOUT_MS = 1_000;

/** Requires timeouts and retries to suit the methods of a call: unary methods or streams. */
export const streams: GraphRule = function* ({ calls }) {
  for (const call of calls) if (call.callee.serves) yield* streamProblems(call);
};

function* streamProblems(call: Call): Generator<Problem> {
  const { path } = call.node;
  const { timeout, retries, hedging } = call.policy;
  for (const { name, requestStream, responseStream } of call.grpcMethods) {
    const isStream = requestStream || responseStream;
    if (timeout === 'none' && !isStream) {
      yield {
        path,
        rule: 'call/stream',
        message: `timeout is 'none' but ${name} is unary: declare it in a separate call with a timeout`,
      };
    }
    if (responseStream && timeout !== 'none' && milliseconds(timeout) < MIN_STREAM_TIMEOUT_MS) {
      yield {
        path,
        rule: 'call/stream',
        message: `timeout is '${timeout}' and would end the stream of ${name}: use 'none' or at least 1s`,
      };
    }
    const unsafe = ambiguousConditions(retries);
    if (requestStream && (unsafe.length > 0 || hedging)) {
      const cause = hedging ? 'hedging' : `retries on ${unsafe.join(', ')}`;
      const message = `${cause} of ${name}, whose request stream cannot be sent again: remove it, or declare ${name} in a separate call`;
      yield { path, rule: 'call/stream', message };
    }
  }
}
