import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  BURN_RATE_LIMITS,
  burnRateAlerts,
  burnRateOf,
  errorRatioLimit,
} from '../../../../mesh/compile/rules/burn-rate-alerts.ts';
import { slosOf } from '../../../../mesh/compile/rules/slo.ts';
import { propertyRuns } from '../../../property-runs.ts';
import { smallPlatform } from '../small-platform.ts';

/**
 * What sloth generates for an objective of 99.9 % in 30 days: per severity, the windows and the burn rates in the order of
 * its expressions.
 * @see https://github.com/slok/sloth examples/_gen/getting-started.yml, internal/alert/windows/google-30d.yaml
 */
const SLOTH = {
  page: [
    { short: '5m', long: '1h', burnRate: 14.4 },
    { short: '30m', long: '6h', burnRate: 6 },
  ],
  ticket: [
    { short: '2h', long: '1d', burnRate: 3 },
    { short: '6h', long: '3d', burnRate: 1 },
  ],
} as const;
const SLOTH_ERROR_BUDGET = 0.0009999999999999432;

const [availability] = slosOf(
  smallPlatform({ stock: { serviceLevel: { availabilityPercent: 99.9 } } }).stock,
);
if (!availability) throw new Error('the service has no objective');

describe.each(['page', 'ticket'] as const)('the alert of severity %s', (severity) => {
  const limits = BURN_RATE_LIMITS.filter((limit) => limit.severity === severity);

  test('has the windows and burn rates of sloth', () => {
    expect(
      limits.map((limit) => ({
        short: limit.shortWindow,
        long: limit.longWindow,
        burnRate: burnRateOf(limit, 30),
      })),
    ).toEqual(SLOTH[severity]);
  });

  test('compares the windows with the error ratios of sloth, in the same order', () => {
    const { expr } = burnRateAlerts(availability).find(({ labels }) => labels.severity === severity) ?? {
      expr: '',
    };
    const comparisons = [...expr.matchAll(/ratio_rate(\w+)\{[^}]*\} > ([\d.e-]+)/g)];
    const expected = SLOTH[severity].flatMap(({ short, long, burnRate }) =>
      [short, long].map((window) => [window, burnRate * SLOTH_ERROR_BUDGET] as const),
    );
    expect(comparisons.map(([, window]) => window)).toEqual(expected.map(([window]) => window));
    for (const [index, [, ratio]] of expected.entries())
      expect(Number(comparisons[index]?.[2])).toBeCloseTo(ratio, 9);
    expect(expr.match(/ and /g)).toHaveLength(2);
    expect(expr.match(/\bor\b/g)).toHaveLength(1);
  });
});

test('spends the stated part of the budget in the long window, for every objective and window', () => {
  const hours = { '5m': 1 / 12, '30m': 0.5, '1h': 1, '2h': 2, '6h': 6, '1d': 24, '3d': 72 };
  fc.assert(
    fc.property(
      fc.constantFrom(...BURN_RATE_LIMITS),
      fc.double({ min: 50, max: 99.999, noNaN: true }),
      fc.constantFrom(28 as const, 30 as const),
      (limit, availabilityPercent, windowDays) => {
        const { stock } = smallPlatform({ stock: { serviceLevel: { availabilityPercent, windowDays } } });
        const [slo] = slosOf(stock);
        if (!slo) return false;
        // Errors at the limit for the long window, over the errors that the objective allows in its own window.
        const spentErrors = errorRatioLimit(limit, slo) * hours[limit.longWindow];
        const budget = (1 - slo.objective) * windowDays * 24;
        return Math.abs((spentErrors / budget) * 100 - limit.budgetPercent) < 1e-4 * limit.budgetPercent;
      },
    ),
    { numRuns: propertyRuns(200) },
  );
});
