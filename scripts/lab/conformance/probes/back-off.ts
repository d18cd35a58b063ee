import type { PolicyField } from '../../../../mesh/policy/differences/difference.ts';
import type { Duration } from '../../../../mesh/policy/duration.ts';
import type { ConformanceProbe } from '../probe.ts';

const CALLS = 40;
/** Load on the machine makes waits longer but never shorter, so the minimum of several rounds is used. */
const MAX_ROUNDS = 4;

/** Measures short and long waits before the last retry of calls to a callee that always fails. */
function backOffProbe(
  field: PolicyField,
  base: Duration,
  max: Duration,
  maxRetries: number,
  maxWaitMs: number,
): ConformanceProbe {
  return {
    field,
    policy: { timeout: '10s', retries: { max: maxRetries, on: ['unavailable'], backOff: { base, max } } },
    expected: `between 0 and ${maxWaitMs} ms`,
    run: async ({ receivedRequests, setScripts, call }) => {
      let longMs = Number.POSITIVE_INFINITY;
      let shortMs = longMs;
      const isDelayed = () => longMs > 1.6 * maxWaitMs || shortMs >= 0.5 * maxWaitMs;
      for (let round = 0; round < MAX_ROUNDS && isDelayed(); round++) {
        await setScripts({ rest: 'answer UNAVAILABLE' });
        const keys = Array.from({ length: CALLS }, (_, index) => `round-${round}-call-${index}`);
        await Promise.all(keys.map((key) => call({ key })));
        const [callee = []] = await receivedRequests();
        const attempts = Map.groupBy(callee, ({ headers }) => headers['x-request-id']);
        const waits = [...attempts.values()]
          .map((times) => (times.at(-1)?.timeMs ?? 0) - (times.at(-2)?.timeMs ?? 0))
          .toSorted((one, other) => one - other);
        shortMs = Math.min(shortMs, waits[Math.floor(CALLS * 0.2)] ?? 0);
        longMs = Math.min(longMs, waits[Math.floor(CALLS * 0.85)] ?? 0);
      }
      if (longMs > 1.6 * maxWaitMs || longMs < 0.6 * maxWaitMs) return `up to ${Math.round(longMs)} ms`;
      return shortMs < 0.5 * maxWaitMs ? `between 0 and ${maxWaitMs} ms` : `about ${maxWaitMs} ms`;
    },
  };
}

export const backOffBase = backOffProbe('retries.backOff.base', '400ms', '4s', 1, 400);
export const backOffMax = backOffProbe('retries.backOff.max', '200ms', '400ms', 3, 400);
