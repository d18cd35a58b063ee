import { describe, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import {
  differenceProblem,
  policyDifferences,
} from '../../../../mesh/policy/differences/policy-differences.ts';
import type { Layer } from '../../../../mesh/policy/layer.ts';

/** `field: approximate` or `field: unsupported` for all that a layer does not do exactly. */
function differences(policy: CallPolicy, layer: Layer, versions = 1): readonly string[] {
  return policyDifferences('a/call-b', policy, layer, versions).map(
    ({ field, difference }) => `${field}: ${difference.kind}`,
  );
}

const on = ['connect-failure', 'refused-stream', 'unavailable'] as const;

describe('the mesh', () => {
  test.each<[string, CallPolicy, readonly string[]]>([
    ['a timeout', { timeout: '1s' }, []],
    ['retries', { timeout: '1s', retries: { max: 2, on, perTryTimeout: '200ms' } }, []],
    [
      "Envoy's own longest back-off",
      { timeout: '1s', retries: { max: 1, on, backOff: { base: '10ms', max: '100ms' } } },
      [],
    ],
    [
      'another longest back-off',
      { timeout: '1s', retries: { max: 1, on, backOff: { base: '10ms', max: '1s' } } },
      ['retries.backOff.max: approximate'],
    ],
    ['least request of two', { timeout: '1s', balance: { kind: 'least-request', choices: 2 } }, []],
    [
      'least request of three',
      { timeout: '1s', balance: { kind: 'least-request', choices: 3 } },
      ['balance.least-request.choices: approximate'],
    ],
    ['hedging', { timeout: '1s', hedging: { maxAttempts: 2, delay: '50ms' } }, ['hedging: unsupported']],
    ['peak EWMA', { timeout: '1s', balance: { kind: 'peak-ewma' } }, ['balance.peak-ewma: unsupported']],
    [
      'a breaker',
      { timeout: '1s', breaker: { failurePercent: 50, minRequests: 10, window: '10s', openTime: '5s' } },
      ['breaker: unsupported'],
    ],
    [
      'a fault that retries would have to see',
      {
        timeout: '1s',
        retries: { max: 1, on },
        fault: { abort: { percent: 1, grpcStatus: 'INTERNAL' } },
      },
      ['fault.retries: unsupported'],
    ],
  ])('%s', (_, policy, expected) => {
    expect(differences(policy, 'mesh')).toEqual(expected);
  });

  test('a key sticks to an endpoint only within a version', () => {
    const policy: CallPolicy = {
      timeout: '1s',
      balance: { kind: 'consistent-hash', by: { header: 'x-id' } },
    };
    expect(differences(policy, 'mesh')).toEqual([]);
    expect(differences(policy, 'mesh', 2)).toEqual(['balance.consistent-hash.versions: approximate']);
  });
});

describe('the calling process', () => {
  test.each<[string, CallPolicy, readonly string[]]>([
    ['retries', { timeout: '1s', retries: { max: 2, on } }, []],
    [
      'retries of what the callee has not begun alone',
      { timeout: '1s', retries: { max: 2, on: ['connect-failure'] } },
      [],
    ],
    [
      'a back-off of its own',
      { timeout: '1s', retries: { max: 2, on, backOff: { base: '10ms', max: '100ms' } } },
      [],
    ],
    ['random balancing', { timeout: '1s', balance: { kind: 'random' } }, []],
    [
      'more choices than Istio has a field for',
      { timeout: '1s', balance: { kind: 'least-request', choices: 3 } },
      [],
    ],
    [
      'what the mesh has no field for',
      {
        timeout: '1s',
        balance: { kind: 'peak-ewma' },
        hedging: { maxAttempts: 2, delay: '50ms' },
        breaker: { failurePercent: 50, minRequests: 10, window: '10s', openTime: '5s' },
      },
      [],
    ],
    [
      'turns by version',
      { timeout: '1s', balance: { kind: 'weighted-round-robin', weights: { v1: 2 } } },
      [],
    ],
    [
      'ejection and limits',
      { timeout: '1s', outlierDetection: { consecutiveErrors: 5 }, limits: { requests: 5 } },
      ['outlierDetection: approximate'],
    ],
  ])('%s', (_, policy, expected) => {
    expect(differences(policy, 'app')).toEqual(expected);
  });
});

describe('a process that istiod tells what to do', () => {
  test.each<[string, CallPolicy, readonly string[]]>([
    ['has no certificate', { timeout: '1s' }, []],
    [
      'hashes by a header',
      { timeout: '1s', balance: { kind: 'consistent-hash', by: { header: 'x-id' } } },
      [],
    ],
    ['counts requests', { timeout: '1s', limits: { requests: 5 } }, []],
    [
      'is told of no ejection, and refuses least request',
      { timeout: '1s', outlierDetection: { consecutiveErrors: 5 }, balance: { kind: 'least-request' } },
      ['balance.least-request: unsupported', 'outlierDetection: unsupported'],
    ],
  ])('%s', (_, policy, expected) => {
    expect(differences(policy, 'proxyless')).toEqual(['identity: approximate', ...expected]);
  });
});

describe('a difference is a problem', () => {
  const problems = (policy: CallPolicy) =>
    policyDifferences('a/call-b', policy, 'mesh', 1).flatMap(
      (found) => differenceProblem(found, policy) ?? [],
    );

  test('when it is approximate and the policy does not accept that', () => {
    const policy: CallPolicy = { timeout: '1s', balance: { kind: 'least-request', choices: 5 } };
    expect(problems(policy)).toEqual([
      {
        path: 'a/call-b',
        rule: 'policy/unsupported',
        message: expect.stringContaining(
          "say approximation: 'accept', or choose another layer",
        ) as unknown as string,
      },
    ]);
    expect(problems({ ...policy, approximation: 'accept' })).toEqual([]);
  });

  test('when it cannot be done at all, whatever the policy accepts', () => {
    const policy: CallPolicy = {
      timeout: '1s',
      hedging: { maxAttempts: 2, delay: '50ms' },
      approximation: 'accept',
    };
    expect(problems(policy).map(({ message }) => message)).toEqual([
      expect.stringContaining("layer 'mesh' cannot do hedging") as unknown as string,
    ]);
  });
});
