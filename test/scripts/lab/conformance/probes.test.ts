import { describe, expect, test } from '@jest/globals';
import type { PolicyField } from '../../../../mesh/policy/differences/difference.ts';
import { POLICY_FIELDS } from '../../../../mesh/policy/differences/differences.ts';
import { judge } from '../../../../scripts/lab/conformance/judge.ts';
import { app } from '../../../../scripts/lab/conformance/layers/app.ts';
import { builtIn } from '../../../../scripts/lab/conformance/layers/built-in.ts';
import { PROBES } from '../../../../scripts/lab/conformance/probes.ts';
import { runOnLoopback } from '../../../../scripts/lab/conformance/run-on-loopback.ts';

const PLAYED = PROBES.filter(({ needsSidecars: isMeshed }) => !isMeshed);

/** What the kit does only about as Envoy does, where its probe shows that. */
const ABOUT: Partial<Record<PolicyField, string>> = {
  'limits.connections': '1 connections for 20 calls',
  'limits.pendingRequests': '20 reach it, 0 end UNAVAILABLE',
};

describe('what the differences say of a field is what is seen of', () => {
  for (const probe of PLAYED) {
    // Probes of retry conditions measure waits of a second, so several run at a time. The others measure shorter times.
    const tryOut = probe.field.startsWith('retries.on.') ? test.concurrent : test;

    tryOut(`the calling process: ${probe.field}`, async () => {
      expect(judge(probe, 'app', await runOnLoopback(probe, app))).toMatchObject({
        seen: ABOUT[probe.field] ?? probe.expected,
        holds: true,
      });
    });

    tryOut(`grpc-js by itself: ${probe.field}`, async () => {
      const row = judge(probe, 'built-in', await runOnLoopback(probe, builtIn));
      expect({ seen: row.actual, claim: row.claim, holds: row.holds }).toMatchObject({ holds: true });
    });
  }
});

test('each field has a probe', () => {
  const tried = new Set(PROBES.map(({ field }) => field));
  expect(POLICY_FIELDS.filter((field) => !tried.has(field))).toEqual([]);
});

test('a probe that sees something else refutes what is said to be exact, or not to be there', () => {
  const probe = {
    ...PLAYED[0],
    field: 'retries.perTryTimeout',
    expected: '2 tries',
    policy: { timeout: '1s' },
  } as const;
  const of = (layer: 'app' | 'built-in', seen: string) =>
    judge({ ...probe, run: async () => seen }, layer, seen).holds;
  expect(of('app', '2 tries')).toBe(true);
  expect(of('app', '1 tries')).toBe(false);
  expect(of('built-in', '1 tries')).toBe(true);
  expect(of('built-in', '2 tries')).toBe(false);
});
