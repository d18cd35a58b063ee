import { expect, test } from '@jest/globals';
import { type BreakerState, CallBreaker } from '../../../../services/kit/client/call-breaker.ts';

function open() {
  const states: BreakerState[] = [];
  const policy = { failurePercent: 50, minRequests: 10, window: '10s', openTime: '5s' } as const;
  const breaker = new CallBreaker(policy, (state) => states.push(state));
  const calls = (count: number, failed: boolean, now: number) => {
    for (let call = 0; call < count; call++) breaker.report('call', failed, now);
  };
  return { breaker, states, calls };
}

test('opens at failurePercent once there are minRequests calls', () => {
  const { breaker, states, calls } = open();
  calls(9, true, 0);
  expect(states).toEqual([]);
  calls(1, true, 0);
  expect(states).toEqual(['open']);
  expect(breaker.admit(4_999)).toBeUndefined();
});

test('stays closed below failurePercent', () => {
  const { breaker, states, calls } = open();
  calls(60, false, 0);
  calls(50, true, 1_000);
  expect(states).toEqual([]);
  expect(breaker.admit(2_000)).toBe('call');
});

test('ignores calls older than the window', () => {
  const { states, calls } = open();
  calls(9, true, 0);
  calls(9, true, 11_000);
  expect(states).toEqual([]);
});

test.each([
  ['closes if it succeeds', false, ['open', 'half-open', 'closed']],
  ['opens again if it fails', true, ['open', 'half-open', 'open']],
] as const)('admits one probe at a time, and %s', (_, failed, expected) => {
  const { breaker, states, calls } = open();
  calls(10, true, 0);
  expect(breaker.admit(5_000)).toBe('probe');
  expect(breaker.admit(5_000)).toBeUndefined();
  // The result of a call that was admitted before the breaker opened.
  breaker.report('call', false, 5_000);
  breaker.report('probe', failed, 5_100);
  expect(states).toEqual(expected);
  expect(breaker.admit(5_100)).toBe(failed ? undefined : 'call');
  if (failed) expect(breaker.admit(10_100)).toBe('probe');
});

test('a cancelled probe does not count, and allows another probe', () => {
  const { breaker, calls } = open();
  calls(10, true, 0);
  breaker.admit(5_000);
  breaker.report('probe', undefined, 5_100);
  expect(breaker.admit(5_100)).toBe('probe');
});
