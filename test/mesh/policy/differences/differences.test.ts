import { describe, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import {
  differenceProblem,
  policyDifferences,
} from '../../../../mesh/policy/differences/policy-differences.ts';
import type { Layer } from '../../../../mesh/policy/layer.ts';

/** Returns `field: approximate` or `field: unsupported` for each field that a layer does not implement exactly. */
function differences(policy: CallPolicy, layer: Layer, versions = 1): readonly string[] {
  return policyDifferences('a/call-b', policy, layer, versions).map(
    ({ field, difference }) => `${field}: ${difference.support}`,
  );
}

const on = ['connect-failure', 'refused-stream', 'unavailable'] as const;

describe('layer mesh', () => {
  test.each<[string, CallPolicy, readonly string[]]>([
    ['a timeout', { timeout: '1s' }, []],
    ['retries', { timeout: '1s', retries: { max: 2, on, perTryTimeout: '200ms' } }, []],
    [
      "Envoy's default maximum backoff",
      { timeout: '1s', retries: { max: 1, on, backOff: { base: '10ms', max: '100ms' } } },
      [],
    ],
    [
      'another maximum backoff',
      { timeout: '1s', retries: { max: 1, on, backOff: { base: '10ms', max: '1s' } } },
      ['retries.backOff.max: approximate'],
    ],
    ['least request with two choices', { timeout: '1s', balance: { kind: 'least-request', choices: 2 } }, []],
    [
      'least request with three choices',
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
      'a fault together with retries',
      {
        timeout: '1s',
        retries: { max: 1, on },
        fault: { abort: { percent: 1, grpcStatus: 'INTERNAL' } },
      },
      ['fault.retries: unsupported'],
    ],
  ])('lists the inexact fields of %s', (_, policy, expected) => {
    expect(differences(policy, 'mesh')).toEqual(expected);
  });

  test('reports that a hash key is consistent only within a version', () => {
    const policy: CallPolicy = {
      timeout: '1s',
      balance: { kind: 'consistent-hash', by: { header: 'x-id' } },
    };
    expect(differences(policy, 'mesh')).toEqual([]);
    expect(differences(policy, 'mesh', 2)).toEqual(['balance.consistent-hash.versions: approximate']);
  });
});

describe('layer app', () => {
  test.each<[string, CallPolicy, readonly string[]]>([
    ['retries', { timeout: '1s', retries: { max: 2, on } }, []],
    [
      'retries on connect-failure without unavailable',
      { timeout: '1s', retries: { max: 2, on: ['connect-failure'] } },
      [],
    ],
    [
      'a custom backoff',
      { timeout: '1s', retries: { max: 2, on, backOff: { base: '10ms', max: '100ms' } } },
      [],
    ],
    ['random balancing', { timeout: '1s', balance: { kind: 'random' } }, []],
    [
      'least request with three choices',
      { timeout: '1s', balance: { kind: 'least-request', choices: 3 } },
      [],
    ],
    [
      'peak EWMA, hedging and a breaker',
      {
        timeout: '1s',
        balance: { kind: 'peak-ewma' },
        hedging: { maxAttempts: 2, delay: '50ms' },
        breaker: { failurePercent: 50, minRequests: 10, window: '10s', openTime: '5s' },
      },
      [],
    ],
    [
      'weighted round robin',
      { timeout: '1s', balance: { kind: 'weighted-round-robin', weights: { v1: 2 } } },
      [],
    ],
    [
      'outlier detection and limits',
      { timeout: '1s', outlierDetection: { consecutiveErrors: 5 }, limits: { requests: 5 } },
      ['outlierDetection: approximate'],
    ],
  ])('lists the inexact fields of %s', (_, policy, expected) => {
    expect(differences(policy, 'app')).toEqual(expected);
  });
});

describe('layer proxyless', () => {
  test.each<[string, CallPolicy, readonly string[]]>([
    ['does not prove the identity of the caller', { timeout: '1s' }, []],
    [
      'supports consistent hashing by a header',
      { timeout: '1s', balance: { kind: 'consistent-hash', by: { header: 'x-id' } } },
      [],
    ],
    ['supports limits.requests', { timeout: '1s', limits: { requests: 5 } }, []],
    [
      'supports neither outlier detection nor least request',
      { timeout: '1s', outlierDetection: { consecutiveErrors: 5 }, balance: { kind: 'least-request' } },
      ['balance.least-request: unsupported', 'outlierDetection: unsupported'],
    ],
  ])('%s', (_, policy, expected) => {
    expect(differences(policy, 'proxyless')).toEqual(['identity: approximate', ...expected]);
  });
});

describe('a difference is reported as a problem', () => {
  const problems = (policy: CallPolicy) =>
    policyDifferences('a/call-b', policy, 'mesh', 1).flatMap(
      (difference) => differenceProblem(difference, policy) ?? [],
    );

  test('if it is approximate and the policy does not accept approximation', () => {
    const policy: CallPolicy = { timeout: '1s', balance: { kind: 'least-request', choices: 5 } };
    expect(problems(policy)).toEqual([
      {
        path: 'a/call-b',
        rule: 'policy/unsupported',
        message: expect.stringContaining(
          "add approximation: 'accept' to the policy, or choose another layer",
        ) as unknown as string,
      },
    ]);
    expect(problems({ ...policy, approximation: 'accept' })).toEqual([]);
  });

  test('if it is unsupported, even if the policy accepts approximation', () => {
    const policy: CallPolicy = {
      timeout: '1s',
      hedging: { maxAttempts: 2, delay: '50ms' },
      approximation: 'accept',
    };
    expect(problems(policy).map(({ message }) => message)).toEqual([
      expect.stringContaining("layer 'mesh' does not support hedging") as unknown as string,
    ]);
  });
});
