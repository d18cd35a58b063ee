import type { PolicyField } from '../../../../mesh/policy/differences/difference.ts';
import type { Duration } from '../../../../mesh/policy/duration.ts';
import type { ConformanceProbe } from '../probe.ts';

const CALLS = 40;
/** A machine that is short of time makes waits longer, never shorter: then the shorter of several rounds is nearer. */
const ROUNDS = 4;

/** How long a callee that fails waits for the next try, by the long and the short waits of many calls. */
function backOffProbe(
  field: PolicyField,
  base: Duration,
  max: Duration,
  retry: number,
  topMs: number,
): ConformanceProbe {
  return {
    field,
    policy: { timeout: '10s', retries: { max: retry, on: ['unavailable'], backOff: { base, max } } },
    expected: `between nothing and ${topMs} ms`,
    run: async ({ receivedRequests, setScripts, call }) => {
      let long = Number.POSITIVE_INFINITY;
      let short = long;
      const isDelayed = () => long > 1.6 * topMs || short >= 0.5 * topMs;
      for (let round = 0; round < ROUNDS && isDelayed(); round++) {
        await setScripts({ rest: 'answer UNAVAILABLE' });
        const keys = Array.from({ length: CALLS }, (_, index) => `round-${round}-call-${index}`);
        await Promise.all(keys.map((key) => call({ key })));
        const [callee = []] = await receivedRequests();
        const tries = Map.groupBy(callee, ({ headers }) => headers['x-request-id']);
        const waits = [...tries.values()]
          .map((of) => (of.at(-1)?.timeMs ?? 0) - (of.at(-2)?.timeMs ?? 0))
          .toSorted((one, other) => one - other);
        short = Math.min(short, waits[Math.floor(CALLS * 0.2)] ?? 0);
        long = Math.min(long, waits[Math.floor(CALLS * 0.85)] ?? 0);
      }
      if (long > 1.6 * topMs || long < 0.6 * topMs) return `up to ${Math.round(long)} ms`;
      return short < 0.5 * topMs ? `between nothing and ${topMs} ms` : `about ${topMs} ms`;
    },
  };
}

export const backOffBase = backOffProbe('retries.backOff.base', '400ms', '4s', 1, 400);
export const backOffMax = backOffProbe('retries.backOff.max', '200ms', '400ms', 3, 400);
