import type { PolicyField } from '../../../../mesh/policy/differences/difference.ts';
import type { RetryCondition } from '../../../../mesh/policy/retries.ts';
import type { Behavior } from '../behavior.ts';
import type { ConformanceProbe, ProbeTestbed } from '../probe.ts';

const FAILURES: readonly Behavior[] = [
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
/** Enough calls to distinguish the mean of random waits from no wait. */
const DOWN_CALLS = 24;

type FailureMode = Behavior | 'do not listen';

type ConditionField = Extract<PolicyField, `retries.on.${string}`>;
type Condition = readonly [
  field: ConditionField,
  on: readonly RetryCondition[],
  expected: readonly FailureMode[],
];

/** Retry conditions with the failures that Envoy retries under them. */
export const CONDITIONS: readonly Condition[] = [
  ['retries.on.connect-failure', ['connect-failure', 'unavailable'], ['answer UNAVAILABLE', 'do not listen']],
  ['retries.on.connect-failure.alone', ['connect-failure'], ['do not listen']],
  [
    'retries.on.refused-stream',
    ['refused-stream', 'unavailable'],
    ['refuse the stream', 'answer UNAVAILABLE'],
  ],
  ['retries.on.refused-stream.alone', ['refused-stream'], ['refuse the stream']],
  ['retries.on.unavailable', ['unavailable'], ['answer UNAVAILABLE']],
  ['retries.on.cancelled', ['cancelled'], ['answer CANCELLED']],
  ['retries.on.deadline-exceeded', ['deadline-exceeded'], ['answer DEADLINE_EXCEEDED']],
  ['retries.on.internal', ['internal'], ['answer INTERNAL']],
  ['retries.on.resource-exhausted', ['resource-exhausted'], ['answer RESOURCE_EXHAUSTED']],
  ['retries.on.reset', ['reset'], ['refuse the stream', 'reset the stream', 'do not listen']],
  [
    'retries.on.gateway-error',
    ['gateway-error'],
    ['refuse the stream', 'reset the stream', 'answer HTTP 503', 'do not listen'],
  ],
  [
    'retries.on.5xx',
    ['5xx'],
    ['refuse the stream', 'reset the stream', 'answer HTTP 500', 'answer HTTP 503', 'do not listen'],
  ],
];

/** Tests which failures of a callee are retried under a condition. */
export function conditionProbe(
  field: ConditionField,
  on: readonly RetryCondition[],
  expected: readonly FailureMode[],
): ConformanceProbe {
  return {
    field,
    policy: { timeout: '10s', retries: { max: 1, on, backOff: { base: '1s', max: '1s' } } },
    isBare: true,
    expected: `retries: ${expected.join(', ')}`,
    run: async (testbed) => {
      const { receivedRequests, setScripts, call } = testbed;
      const retried: FailureMode[] = [];
      for (const failure of FAILURES) {
        await setScripts({ first: [failure] });
        await call();
        const [callee] = await receivedRequests();
        if (callee?.length === 2) retried.push(failure);
      }
      if (await retriesConnecting(testbed)) retried.push('do not listen');
      return `retries: ${retried.join(', ')}`;
    },
  };
}

/**
 * Returns whether failed connections are retried. The callee cannot count such attempts, so the waits before retries show
 * them.
 */
async function retriesConnecting({ setScripts, call }: ProbeTestbed): Promise<boolean> {
  await setScripts({ isDown: true });
  // Detects the closed connection.
  await call();
  const waits: number[] = [];
  let remaining = DOWN_CALLS;
  const caller = async () => {
    while (remaining-- > 0) waits.push((await call()).durationMs);
  };
  // Limited concurrency: on a busy machine, concurrent calls would delay each other by as much as a retry.
  await Promise.all(Array.from({ length: 12 }, caller));
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  // Retries wait 500 ms on average. The probability of a mean below 200 ms is below 1e-6.
  return mean > 200;
}
