import { describe, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { type Advice, adviseCall } from '../../../../scripts/lab/advise/advise-call.ts';
import type { Report } from '../../../../scripts/lab/contrast/report.ts';
import { type HandRun, handReport } from './hand-report.ts';

/** Both layers do it exactly. */
const READ: CallPolicy = { timeout: '1s' };
/** `app` does it approximately, `mesh` exactly. */
const OUTLIERS: CallPolicy = { timeout: '1s', outlierDetection: { consecutiveErrors: 5 } };
/** `mesh` cannot do it. */
const HEDGED: CallPolicy = { timeout: '1s', hedging: { maxAttempts: 2, delay: '10ms' } };
const RETRIED: CallPolicy = { timeout: '1s', retries: { max: 2, on: ['unavailable'] } };
const LEAST: CallPolicy = { timeout: '1s', balance: { kind: 'least-request' } };
const LIMITED: CallPolicy = { timeout: '1s', limits: { requests: 10 } };
const HASHED: CallPolicy = { timeout: '1s', balance: { kind: 'consistent-hash', by: { header: 'x-key' } } };

/** Everything of `mesh` costs more, unless said otherwise. */
const CALM = { app: { cpu: 1_000 }, mesh: { cpu: 3_000 } };
const APP_IS_DEARER = { app: { cpu: 3_000 }, mesh: { cpu: 1_000 } };

function advise(policy: CallPolicy, report: Report, hasIstio = true): Advice {
  const call = { name: 'b', caller: { name: 'a' }, callee: { name: 'b', versions: ['v1'] } };
  return adviseCall({ ...call, layer: 'mesh', policy }, report, hasIstio);
}

const recommended = (policy: CallPolicy, report: Report) => advise(policy, report).recommended;

describe('what a layer does of the policy', () => {
  test('of those that do it exactly, the cheapest is recommended', () => {
    expect(recommended(READ, handReport({ calm: CALM }))).toBe('app');
    expect(recommended(READ, handReport({ calm: APP_IS_DEARER }))).toBe('mesh');
  });

  test('a call stays where it is while nothing is clearly cheaper', () => {
    const costs = (mesh: number) => handReport({ calm: { app: { cpu: 1_000 }, mesh: { cpu: mesh } } });
    expect(recommended(READ, costs(1_050))).toBe('mesh');
    expect(recommended(READ, costs(1_051))).toBe('app');
  });

  test('approximately is not enough where another does it exactly, unless the policy accepts it', () => {
    const report = handReport({ calm: CALM });
    expect(recommended(OUTLIERS, report)).toBe('mesh');
    expect(recommended({ ...OUTLIERS, approximation: 'accept' }, report)).toBe('app');
  });

  test('approximately is enough where no layer that was measured does it exactly, and the policy is to say so', () => {
    const report = handReport({ calm: { app: {} } });
    expect(advise(OUTLIERS, report)).toMatchObject({ recommended: 'app', needsAccept: true });
    const accepting = advise({ ...OUTLIERS, approximation: 'accept' }, report);
    expect(accepting).toMatchObject({ recommended: 'app', needsAccept: false });
  });

  test('a layer that does not prove who calls does no policy exactly, as synthesis says', () => {
    const report = handReport({ calm: { ...CALM, proxyless: { cpu: 500 } } });
    expect(recommended(READ, report)).toBe('app');
    const { layers } = advise(READ, report);
    expect(layers.find(({ layer }) => layer === 'proxyless')?.fields.map(({ field }) => field)).toEqual([
      'identity',
    ]);
    expect(recommended({ ...READ, approximation: 'accept' }, report)).toBe('proxyless');
  });

  test('a layer that cannot do a field is not recommended, however cheap', () => {
    expect(recommended(HEDGED, handReport({ calm: APP_IS_DEARER }))).toBe('app');
    expect(recommended(HEDGED, handReport({ calm: { mesh: {} } }))).toBeUndefined();
  });
});

describe('what was measured', () => {
  test('a layer that was not is not recommended', () => {
    expect(recommended(READ, handReport({ calm: { mesh: { cpu: 3_000 } } }))).toBe('mesh');
    expect(recommended(READ, handReport({ calm: { none: {}, both: {} } }))).toBeUndefined();
    expect(recommended(READ, handReport({ overload: CALM }))).toBeUndefined();
  });

  test('without Istio there is the process alone', () => {
    expect(advise(READ, handReport({ calm: APP_IS_DEARER }), false).recommended).toBe('app');
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
    ['slow-replica', LEAST, { p99: 10 }, { p99: 15 }, { p99: 15.1 }],
    ['latency-spike', READ, { p99: 500 }, { p99: 750 }, { p99: 751 }],
    ['overload', LIMITED, { goodput: 90 }, { goodput: 60 }, { goodput: 59.9 }],
    ['consistent-hash', HASHED, { movedKeys: 0.3 }, { movedKeys: 0.45 }, { movedKeys: 0.46 }],
  ])(
    '%s speaks against the cheapest layer that is clearly worse in it',
    (scenario, policy, better, near, far) => {
      const played = (app: HandRun) => handReport({ calm: CALM, [scenario]: { app, mesh: better } });
      expect(recommended(policy, played(better))).toBe('app');
      expect(recommended(policy, played(near))).toBe('app');
      expect(recommended(policy, played(far))).toBe('mesh');
    },
  );

  test.each<[scenario: string, HandRun]>([
    ['failing-replica', { success: 50 }],
    ['errors-everywhere', { success: 50 }],
    ['slow-replica', { p99: 100 }],
    ['overload', { goodput: 1 }],
    ['consistent-hash', { movedKeys: 1 }],
  ])('%s says nothing of a policy that it does not concern', (scenario, app) => {
    const mesh = { movedKeys: 0.1 };
    expect(recommended(READ, handReport({ calm: CALM, [scenario]: { app, mesh } }))).toBe('app');
  });

  test('a stream without a deadline is not concerned by a latency spike', () => {
    const report = handReport({ calm: CALM, 'latency-spike': { app: { p99: 1_000 }, mesh: {} } });
    expect(recommended({ timeout: 'none' }, report)).toBe('app');
    expect(recommended(READ, report)).toBe('mesh');
  });

  test('who fails where nothing goes wrong is not cheap', () => {
    const calm = (success: number) => handReport({ calm: { ...CALM, app: { cpu: 1, success } } });
    expect(recommended(READ, calm(99))).toBe('app');
    expect(recommended(READ, calm(98.9))).toBe('mesh');
  });

  test('who fails quickly does not make others slow', () => {
    const spread = (success: number) =>
      handReport({ calm: CALM, 'slow-replica': { app: { p99: 100 }, mesh: { p99: 5, success } } });
    expect(recommended(LEAST, spread(60))).toBe('app');
    expect(recommended(LEAST, spread(100))).toBe('mesh');
  });

  test('where each is clearly worse somewhere, the one that is so least often is recommended', () => {
    const policy: CallPolicy = { ...RETRIED, limits: { requests: 10 } };
    const report = handReport({
      calm: CALM,
      'errors-everywhere': { app: { success: 80 }, mesh: {} },
      overload: { app: { goodput: 10 }, mesh: {} },
      'latency-spike': { app: {}, mesh: { p99: 90 } },
    });
    expect(recommended(policy, report)).toBe('mesh');
  });

  test('is held only against layers that may be recommended', () => {
    const report = handReport({ calm: CALM, 'latency-spike': { app: {}, mesh: { p99: 90 } } });
    expect(recommended(OUTLIERS, report)).toBe('mesh');
    expect(advise(OUTLIERS, report).layers.find(({ layer }) => layer === 'mesh')?.behind).toEqual([]);
  });
});
