import type { PolicyField } from '../../../mesh/policy/differences.ts';
import type { Duration } from '../../../mesh/policy/duration.ts';
import type { Probe } from '../probe.ts';

const CALLS = 40;

/** How long a callee that fails waits for the next try, by its longest and its shortest wait over many calls. */
function backOffProbe(
  field: PolicyField,
  base: Duration,
  max: Duration,
  retry: number,
  topMs: number,
): Probe {
  return {
    field,
    policy: { timeout: '10s', retries: { attempts: retry, on: ['unavailable'], backOff: { base, max } } },
    expected: `between nothing and ${topMs} ms`,
    run: async ({ seen, play, call }) => {
      await play({ rest: 'answer UNAVAILABLE' });
      await Promise.all(Array.from({ length: CALLS }, (_, index) => call({ key: `call-${index}` })));
      const [callee = []] = await seen();
      const tries = Map.groupBy(callee, ({ headers }) => headers['x-request-id']);
      const waits = [...tries.values()].map((of) => (of.at(-1)?.at ?? 0) - (of.at(-2)?.at ?? 0));
      const shortest = Math.min(...waits);
      const longest = Math.max(...waits);
      // A shared machine adds some to each.
      if (longest > 1.6 * topMs || longest < 0.6 * topMs) return `up to ${Math.round(longest)} ms`;
      return shortest < 0.4 * topMs ? `between nothing and ${topMs} ms` : `about ${topMs} ms`;
    },
  };
}

export const backOffBase = backOffProbe('retries.backOff.base', '100ms', '1s', 1, 100);
export const backOffMax = backOffProbe('retries.backOff.max', '40ms', '80ms', 4, 80);
