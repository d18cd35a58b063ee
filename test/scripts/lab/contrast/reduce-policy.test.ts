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

test('a reduced policy keeps the fields that the layer supports', () => {
  expect(reducePolicy(POLICY, 'app')).toEqual({
    unsupported: [],
    policy: { ...POLICY, approximation: 'accept' },
  });
});

test('a reduced policy omits and lists the fields that the layer does not support', () => {
  const { balance: _balance, breaker: _breaker, ...rest } = POLICY;
  const { policy, unsupported } = reducePolicy(POLICY, 'mesh');
  expect(policy).toEqual({ ...rest, approximation: 'accept' });
  expect(unsupported).toEqual(['balance.peak-ewma', 'breaker']);
  for (const field of unsupported) expect(POLICY_FIELDS).toContain(field);
});
