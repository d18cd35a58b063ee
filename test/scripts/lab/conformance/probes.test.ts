import { describe, expect, test } from '@jest/globals';
import type { PolicyField } from '../../../../mesh/policy/differences/difference.ts';
import { POLICY_FIELDS } from '../../../../mesh/policy/differences/differences.ts';
import { judge } from '../../../../scripts/lab/conformance/judge.ts';
import { app } from '../../../../scripts/lab/conformance/layers/app.ts';
import { builtIn } from '../../../../scripts/lab/conformance/layers/built-in.ts';
import { PROBES } from '../../../../scripts/lab/conformance/probes.ts';
import { runOnLoopback } from '../../../../scripts/lab/conformance/run-on-loopback.ts';

const LOOPBACK_PROBES = PROBES.filter(({ needsSidecars }) => !needsSidecars);

/** Results of the kit where it approximates Envoy's behavior and the probe shows the difference. */
const APPROXIMATE_RESULTS: Partial<Record<PolicyField, string>> = {
  'limits.connections': '1 connections for 20 calls',
  'limits.pendingRequests': '20 reach the callee, 0 end UNAVAILABLE',
};

describe('the documented difference of a field matches the behavior of', () => {
  for (const probe of LOOPBACK_PROBES) {
    // Probes of retry conditions measure waits of a second, so they run concurrently. Other probes measure shorter times.
    const testProbe = probe.field.startsWith('retries.on.') ? test.concurrent : test;

    testProbe(`the in-app layer: ${probe.field}`, async () => {
      expect(judge(probe, 'app', await runOnLoopback(probe, app))).toMatchObject({
        actual: APPROXIMATE_RESULTS[probe.field] ?? probe.expected,
        holds: true,
      });
    });

    testProbe(`plain grpc-js: ${probe.field}`, async () => {
      const { actual, claim, holds } = judge(probe, 'built-in', await runOnLoopback(probe, builtIn));
      expect({ actual, claim, holds }).toMatchObject({ holds: true });
    });
  }
});

test('each field of a call policy has a probe', () => {
  const probedFields = new Set(PROBES.map(({ field }) => field));
  expect(POLICY_FIELDS.filter((field) => !probedFields.has(field))).toEqual([]);
});

test('a result refutes an exact field when it differs, and an unsupported field when it is as expected', () => {
  const probe = {
    ...LOOPBACK_PROBES[0],
    field: 'retries.perTryTimeout',
    expected: '2 attempts',
    policy: { timeout: '1s' },
  } as const;
  const holds = (layer: 'app' | 'built-in', actual: string) =>
    judge({ ...probe, run: async () => actual }, layer, actual).holds;
  expect(holds('app', '2 attempts')).toBe(true);
  expect(holds('app', '1 attempts')).toBe(false);
  expect(holds('built-in', '1 attempts')).toBe(true);
  expect(holds('built-in', '2 attempts')).toBe(false);
});
