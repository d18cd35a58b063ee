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
/** So many that the mean of their waits, by chance, is told from none. */
const AWAY_CALLS = 24;

type Trouble = Behavior | 'do not listen';

type ConditionField = Extract<PolicyField, `retries.on.${string}`>;
type Condition = readonly [
  field: ConditionField,
  on: readonly RetryCondition[],
  expected: readonly Trouble[],
];

/** The conditions with what Envoy repeats under them. */
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

/** Which of the ways in which a callee fails once are tried again under a condition. */
export function conditionProbe(
  field: ConditionField,
  on: readonly RetryCondition[],
  expected: readonly Trouble[],
): ConformanceProbe {
  return {
    field,
    policy: { timeout: '10s', retries: { max: 1, on, backOff: { base: '1s', max: '1s' } } },
    isBare: true,
    expected: `repeats: ${expected.join(', ')}`,
    run: async (testbed) => {
      const { receivedRequests, setScripts, call } = testbed;
      const repeated: Trouble[] = [];
      for (const failure of FAILURES) {
        await setScripts({ first: [failure] });
        await call();
        const [callee] = await receivedRequests();
        if (callee?.length === 2) repeated.push(failure);
      }
      if (await repeatsConnecting(testbed)) repeated.push('do not listen');
      return `repeats: ${repeated.join(', ')}`;
    },
  };
}

/** Nobody sees the tries of a callee that is away. The waits before the second ones show it. */
async function repeatsConnecting({ setScripts, call }: ProbeTestbed): Promise<boolean> {
  await setScripts({ isDown: true });
  // Finds out that the connection is gone.
  await call();
  const waits: number[] = [];
  let left = AWAY_CALLS;
  const caller = async () => {
    while (left-- > 0) waits.push((await call()).durationMs);
  };
  // Not all at a time: on a busy machine they would wait for each other as long as for a second try.
  await Promise.all(Array.from({ length: 12 }, caller));
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  // Second tries wait 500 ms in the mean; 200 is less likely than one in a million.
  return mean > 200;
}
