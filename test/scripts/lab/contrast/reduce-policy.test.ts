import { expect, test } from '@jest/globals';
import { POLICY_FIELDS } from '../../../../mesh/policy/differences/differences.ts';
import { reducePolicy } from '../../../../scripts/lab/contrast/reduce-policy.ts';

const POLICY = {
  timeout: '1s',
  retries: { max: 2, on: ['unavailable', 'reset'], perTryTimeout: '300ms' },
  balance: { kind: 'peak-ewma' },
  limits: { requests: 3 },
  breaker: { failurePercent: 50, minRequests: 5, window: '1s', openTime: '1s' },
} as const;

test('a policy keeps what the layer can do', () => {
  expect(reducePolicy(POLICY, 'app')).toEqual({ lost: [], policy: { ...POLICY, approximation: 'accept' } });
});

test('and loses the rest, which is named', () => {
  const { balance: _balance, breaker: _breaker, ...rest } = POLICY;
  const { policy, lost } = reducePolicy(POLICY, 'mesh');
  expect(policy).toEqual({ ...rest, approximation: 'accept' });
  expect(lost).toEqual(['balance.peak-ewma', 'breaker']);
  for (const field of lost) expect(POLICY_FIELDS).toContain(field);
});
