import type { RetryCondition } from '../../../mesh/policy/retries.ts';
import type { Behaviour } from '../behaviour.ts';
import type { Probe } from '../probe.ts';

const FAILURES: readonly Behaviour[] = [
  'refuse the stream',
  'reset the stream',
  'answer HTTP 500',
  'answer HTTP 503',
  'answer CANCELLED',
  'answer DEADLINE_EXCEEDED',
  'answer RESOURCE_EXHAUSTED',
  'answer INTERNAL',
  'answer UNAVAILABLE',
  'answer UNAVAILABLE after headers',
];

/** Which of the ways in which a callee fails once are tried again under a condition. */
export function conditionProbe(
  condition: Exclude<RetryCondition, 'connect-failure'>,
  expected: readonly Behaviour[],
): Probe {
  return {
    field: `retries.on.${condition}`,
    policy: {
      timeout: '10s',
      retries: { attempts: 1, on: [condition], backOff: { base: '1ms', max: '1ms' } },
    },
    isBare: true,
    expected: `repeats: ${expected.join(', ')}`,
    run: async ({ seen, play, call }) => {
      const repeated: Behaviour[] = [];
      for (const failure of FAILURES) {
        await play({ first: [failure] });
        await call();
        const [callee] = await seen();
        if (callee?.length === 2) repeated.push(failure);
      }
      return `repeats: ${repeated.join(', ')}`;
    },
  };
}
