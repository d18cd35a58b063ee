import { expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { Duration } from '../../../mesh/policy/duration.ts';
import { policyProblems } from '../../../mesh/policy/validate.ts';

const retries = { max: 2, on: ['unavailable'] } as const;
const hash = { kind: 'consistent-hash', by: { source: true } } as const;
const breaker = { failurePercent: 50, minRequests: 20, window: '10s', openTime: '5s' } as const;
const outliers = { consecutiveErrors: 5 } as const;

const VALID: readonly Partial<CallPolicy>[] = [
  {},
  { timeout: 'none' },
  { retries },
  {
    retries: {
      ...retries,
      perTryTimeout: '1s',
      backOff: { base: '25ms', max: '250ms' },
      budget: { percent: 0.5, minConcurrency: 0 },
    },
  },
  { balance: { kind: 'random' } },
  { balance: { kind: 'least-request', choices: 100 } },
  { balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 1_000 } } },
  { balance: { ...hash, table: { kind: 'ring', minSize: 8_388_608 } } },
  { balance: { ...hash, by: { header: 'x-user.id' }, table: { kind: 'maglev', tableSize: 5_000_011 } } },
  { balance: { ...hash, table: { kind: 'maglev' } } },
  {
    outlierDetection: {
      ...outliers,
      interval: '1ms',
      baseEjectionTime: '1h',
      maxEjectionPercent: 100,
      minHealthPercent: 0,
    },
  },
  { limits: { connections: 1, pendingRequests: 1, requests: 1, concurrentRetries: 1 } },
  { fault: { delay: { percent: 0.1, duration: '1s' }, abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } } },
  { hedging: { maxAttempts: 5, delay: '0ms', budget: { percent: 20, minConcurrency: 1 } } },
  { breaker },
  { balance: { kind: 'peak-ewma', decayTime: '5s' } },
  { layer: 'proxyless', approximation: 'accept' },
];

const INVALID: readonly [policy: Partial<CallPolicy>, rule: string, message: string][] = [
  [{ timeout: '0.5ms' }, 'policy/timeout', "timeout is '0.5ms': use at least 1 ms"],
  [{ timeout: '2' as Duration }, 'policy/timeout', "timeout is '2'"],
  [{ timeout: '-1s' }, 'policy/timeout', "timeout is '-1s'"],
  [{ timeout: '1e3s' }, 'policy/timeout', "timeout is '1e3s'"],
  [
    { retries: { ...retries, max: 0 } },
    'policy/retries',
    'retries.max is 0: use a whole number from 1 to 10',
  ],
  [{ retries: { ...retries, max: 11 } }, 'policy/retries', 'retries.max is 11'],
  [{ retries: { ...retries, max: Number.NaN } }, 'policy/retries', 'retries.max is NaN'],
  [{ retries: { ...retries, on: [] } }, 'policy/retries', 'retries.on is empty'],
  [
    { retries: { ...retries, on: ['sometimes' as 'reset'] } },
    'policy/retries',
    "'sometimes': use one of connect-failure",
  ],
  [{ retries: { ...retries, on: ['reset', 'reset'] } }, 'policy/retries', "'reset' twice"],
  [
    { retries: { ...retries, perTryTimeout: '3s' } },
    'policy/retries',
    "perTryTimeout is '3s' and timeout '2s'",
  ],
  [{ retries: { ...retries, perTryTimeout: 'soon' as Duration } }, 'policy/retries', "'soon'"],
  [
    { retries: { ...retries, backOff: { base: '1s', max: '10ms' } } },
    'policy/retries',
    "base is '1s' and max '10ms'",
  ],
  [
    { retries: { ...retries, backOff: { base: '3s', max: '9s' } } },
    'policy/retries',
    'no retry could start before the deadline',
  ],
  [
    { retries: { ...retries, budget: { percent: 101, minConcurrency: 0 } } },
    'policy/retries',
    'budget.percent is 101',
  ],
  [
    { retries: { ...retries, budget: { percent: 1, minConcurrency: 0.5 } } },
    'policy/retries',
    'minConcurrency is 0.5',
  ],
  [{ balance: { kind: 'fastest' as 'random' } }, 'policy/balance', "'fastest'"],
  [{ balance: { kind: 'least-request', choices: 1 } }, 'policy/balance', 'choices is 1'],
  [{ balance: { kind: 'weighted-round-robin', weights: {} } }, 'policy/balance', 'weights is empty'],
  [{ balance: { kind: 'weighted-round-robin', weights: { v1: 0 } } }, 'policy/balance', 'weights.v1 is 0'],
  [{ balance: { ...hash, by: { header: 'X-User' } } }, 'policy/balance', "'X-User'"],
  [{ balance: { ...hash, by: { header: 'key-bin' } } }, 'policy/balance', 'binary'],
  [
    { balance: { ...hash, table: { kind: 'ring', minSize: 8_388_609 } } },
    'policy/balance',
    'minSize is 8388609',
  ],
  [
    { balance: { ...hash, table: { kind: 'maglev', tableSize: 65_536 } } },
    'policy/balance',
    '65536: use a prime',
  ],
  [
    { balance: { ...hash, table: { kind: 'maglev', tableSize: 5_000_077 } } },
    'policy/balance',
    'from 2 to 5000011',
  ],
  [{ outlierDetection: { consecutiveErrors: 0 } }, 'policy/outlier-detection', 'consecutiveErrors is 0'],
  [{ outlierDetection: { ...outliers, maxEjectionPercent: 150 } }, 'policy/outlier-detection', '150'],
  [
    { outlierDetection: { ...outliers, maxEjectionPercent: 33.3 } },
    'policy/outlier-detection',
    'use a whole number from 0 to 100',
  ],
  [
    { outlierDetection: { ...outliers, maxEjectionPercent: 0 } },
    'policy/outlier-detection',
    'never ejects an endpoint',
  ],
  [
    { outlierDetection: { ...outliers, interval: '10' as Duration } },
    'policy/outlier-detection',
    "interval is '10'",
  ],
  [{ limits: {} }, 'policy/limits', 'limits is empty'],
  [{ limits: { requests: 0 } }, 'policy/limits', 'limits.requests is 0'],
  [{ limits: { connections: 1.5 } }, 'policy/limits', '1.5'],
  [{ fault: {} }, 'policy/fault', 'fault is empty'],
  [{ fault: { delay: { percent: -1, duration: '1s' } } }, 'policy/fault', 'percent is -1'],
  [{ fault: { abort: { percent: 1, grpcStatus: 'OK' } } }, 'policy/fault', "'OK'"],
  [{ hedging: { maxAttempts: 1, delay: '1s' } }, 'policy/hedging', 'maxAttempts is 1'],
  [{ hedging: { maxAttempts: 2, delay: '2s' } }, 'policy/hedging', 'no second attempt'],
  [{ hedging: { maxAttempts: 2, delay: '1s' }, retries }, 'policy/hedging', 'omit one'],
  [{ hedging: { maxAttempts: 2, delay: '1s' }, timeout: 'none' }, 'policy/hedging', 'cannot be sent twice'],
  [
    { hedging: { maxAttempts: 2, delay: '1s', budget: { percent: 101, minConcurrency: 1 } } },
    'policy/hedging',
    '101',
  ],
  [{ breaker: { ...breaker, failurePercent: 0 } }, 'policy/breaker', 'failurePercent is 0'],
  [{ breaker: { ...breaker, minRequests: 0.5 } }, 'policy/breaker', 'minRequests is 0.5'],
  [{ breaker: { ...breaker, window: '10' as Duration } }, 'policy/breaker', "window is '10'"],
  [{ balance: { kind: 'peak-ewma', decayTime: '0s' } }, 'policy/balance', "decayTime is '0s'"],
  [{ layer: 'both' as 'mesh' }, 'policy/layer', "'both'"],
  [{ approximation: 'yes' as 'accept' }, 'policy/approximation', "'yes'"],
];

test.each(VALID)('accepts the policy %j', (policy) => {
  expect(policyProblems({ timeout: '2s', ...policy }, 'a')).toEqual([]);
});

test.each(INVALID)('reports %j under the rule %s', (policy, rule, message) => {
  const problems = policyProblems({ timeout: '2s', ...policy }, 'shop/a/call-b');
  expect(problems).toContainEqual({ path: 'shop/a/call-b', rule, message: expect.stringContaining(message) });
});
