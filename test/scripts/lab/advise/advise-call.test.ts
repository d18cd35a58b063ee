import { describe, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { type Advice, adviseCall } from '../../../../scripts/lab/advise/advise-call.ts';
import type { ContrastReport } from '../../../../scripts/lab/contrast/report.ts';
import { type HandRun, handReport } from './hand-report.ts';

/** Layers app and mesh enforce it exactly. */
const READ: CallPolicy = { timeout: '1s' };
/** Layer app approximates it, layer mesh enforces it exactly. */
const OUTLIERS: CallPolicy = { timeout: '1s', outlierDetection: { consecutiveErrors: 5 } };
/** Layer mesh does not support it. */
const HEDGED: CallPolicy = { timeout: '1s', hedging: { maxAttempts: 2, delay: '10ms' } };
const RETRIED: CallPolicy = { timeout: '1s', retries: { max: 2, on: ['unavailable'] } };
const BALANCED: CallPolicy = { timeout: '1s', balance: { kind: 'least-request' } };
const LIMITED: CallPolicy = { timeout: '1s', limits: { requests: 10 } };
const HASHED: CallPolicy = { timeout: '1s', balance: { kind: 'consistent-hash', by: { header: 'x-key' } } };

/** Costs without faults: layer mesh is more expensive. */
const CALM = { app: { cpu: 1_000 }, mesh: { cpu: 3_000 } };
const EXPENSIVE_APP = { app: { cpu: 3_000 }, mesh: { cpu: 1_000 } };

function advise(policy: CallPolicy, report: ContrastReport, hasIstio = true): Advice {
  const call = { name: 'b', caller: { name: 'a' }, callee: { name: 'b', versions: ['v1'] } };
  return adviseCall({ ...call, layer: 'mesh', policy }, report, hasIstio);
}

const recommended = (policy: CallPolicy, report: ContrastReport) => advise(policy, report).recommended;

describe('a recommendation by the supported fields', () => {
  test('is the cheapest layer of those that enforce the policy exactly', () => {
    expect(recommended(READ, handReport({ calm: CALM }))).toBe('app');
    expect(recommended(READ, handReport({ calm: EXPENSIVE_APP }))).toBe('mesh');
  });

  test('is the current layer unless another one is clearly cheaper', () => {
    const costs = (mesh: number) => handReport({ calm: { app: { cpu: 1_000 }, mesh: { cpu: mesh } } });
    expect(recommended(READ, costs(1_050))).toBe('mesh');
    expect(recommended(READ, costs(1_051))).toBe('app');
  });

  test('is an exact layer rather than an approximate one, unless the policy accepts approximations', () => {
    const report = handReport({ calm: CALM });
    expect(recommended(OUTLIERS, report)).toBe('mesh');
    expect(recommended({ ...OUTLIERS, approximation: 'accept' }, report)).toBe('app');
  });

  test('is an approximate layer if no measured layer is exact, and requires that the policy accepts it', () => {
    const report = handReport({ calm: { app: {} } });
    expect(advise(OUTLIERS, report)).toMatchObject({ recommended: 'app', needsAccept: true });
    const accepting = advise({ ...OUTLIERS, approximation: 'accept' }, report);
    expect(accepting).toMatchObject({ recommended: 'app', needsAccept: false });
  });

  test('treats a layer that does not authenticate callers as approximate for every policy', () => {
    const report = handReport({ calm: { ...CALM, proxyless: { cpu: 500 } } });
    expect(recommended(READ, report)).toBe('app');
    const { layers } = advise(READ, report);
    expect(layers.find(({ layer }) => layer === 'proxyless')?.fields.map(({ field }) => field)).toEqual([
      'identity',
    ]);
    expect(recommended({ ...READ, approximation: 'accept' }, report)).toBe('proxyless');
  });

  test('is never a layer that does not support a field, regardless of its cost', () => {
    expect(recommended(HEDGED, handReport({ calm: EXPENSIVE_APP }))).toBe('app');
    expect(recommended(HEDGED, handReport({ calm: { mesh: {} } }))).toBeUndefined();
  });
});

describe('a recommendation by the measurements', () => {
  test('is never an unmeasured layer', () => {
    expect(recommended(READ, handReport({ calm: { mesh: { cpu: 3_000 } } }))).toBe('mesh');
    expect(recommended(READ, handReport({ calm: { none: {}, both: {} } }))).toBeUndefined();
    expect(recommended(READ, handReport({ overload: CALM }))).toBeUndefined();
  });

  test('is layer app in an environment without Istio', () => {
    expect(advise(READ, handReport({ calm: EXPENSIVE_APP }), false).recommended).toBe('app');
  });

  test.each<[scenario: string, CallPolicy, better: HandRun, near: HandRun, far: HandRun]>([
    [
      'failing-replica',
      { ...OUTLIERS, approximation: 'accept' },
      { success: 99 },
      { success: 98 },
      { success: 97.9 },
    ],
    ['errors-everywhere', RETRIED, { success: 97 }, { success: 96 }, { success: 95.9 }],
    ['slow-replica', BALANCED, { p99: 10 }, { p99: 15 }, { p99: 15.1 }],
    ['latency-spike', READ, { p99: 500 }, { p99: 750 }, { p99: 751 }],
    ['overload', LIMITED, { goodput: 90 }, { goodput: 60 }, { goodput: 59.9 }],
    ['consistent-hash', HASHED, { movedKeys: 0.3 }, { movedKeys: 0.45 }, { movedKeys: 0.46 }],
  ])('is not the cheapest layer if it is clearly worse in %s', (scenario, policy, better, near, far) => {
    const report = (app: HandRun) => handReport({ calm: CALM, [scenario]: { app, mesh: better } });
    expect(recommended(policy, report(better))).toBe('app');
    expect(recommended(policy, report(near))).toBe('app');
    expect(recommended(policy, report(far))).toBe('mesh');
  });

  test.each<[scenario: string, HandRun]>([
    ['failing-replica', { success: 50 }],
    ['errors-everywhere', { success: 50 }],
    ['slow-replica', { p99: 100 }],
    ['overload', { goodput: 1 }],
    ['consistent-hash', { movedKeys: 1 }],
  ])('ignores %s for a policy that it does not concern', (scenario, app) => {
    const mesh = { movedKeys: 0.1 };
    expect(recommended(READ, handReport({ calm: CALM, [scenario]: { app, mesh } }))).toBe('app');
  });

  test('ignores a latency spike for a stream without a deadline', () => {
    const report = handReport({ calm: CALM, 'latency-spike': { app: { p99: 1_000 }, mesh: {} } });
    expect(recommended({ timeout: 'none' }, report)).toBe('app');
    expect(recommended(READ, report)).toBe('mesh');
  });

  test('is not the cheapest layer if it fails requests without faults', () => {
    const calm = (success: number) => handReport({ calm: { ...CALM, app: { cpu: 1, success } } });
    expect(recommended(READ, calm(99))).toBe('app');
    expect(recommended(READ, calm(98.9))).toBe('mesh');
  });

  test('does not compare the p99 with a layer that fails fast', () => {
    const spread = (success: number) =>
      handReport({ calm: CALM, 'slow-replica': { app: { p99: 100 }, mesh: { p99: 5, success } } });
    expect(recommended(BALANCED, spread(60))).toBe('app');
    expect(recommended(BALANCED, spread(100))).toBe('mesh');
  });

  test('is the layer with the fewest clear shortfalls if every layer has one', () => {
    const policy: CallPolicy = { ...RETRIED, limits: { requests: 10 } };
    const report = handReport({
      calm: CALM,
      'errors-everywhere': { app: { success: 80 }, mesh: {} },
      overload: { app: { goodput: 10 }, mesh: {} },
      'latency-spike': { app: {}, mesh: { p99: 90 } },
    });
    expect(recommended(policy, report)).toBe('mesh');
  });

  test('compares a layer only with eligible layers', () => {
    const report = handReport({ calm: CALM, 'latency-spike': { app: {}, mesh: { p99: 90 } } });
    expect(recommended(OUTLIERS, report)).toBe('mesh');
    expect(advise(OUTLIERS, report).layers.find(({ layer }) => layer === 'mesh')?.shortfalls).toEqual([]);
  });
});
