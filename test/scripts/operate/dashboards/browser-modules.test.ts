import { describe, expect, test } from '@jest/globals';
import type { Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import {
  formatTick,
  formatValue,
  isBreach,
} from '../../../../scripts/operate/dashboards/browser/format-value.ts';
import { formatHash, parseHash, spanOf } from '../../../../scripts/operate/dashboards/browser/page-state.ts';

const spaced = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0.0124, 'seconds', '12.4 ms'],
  [0.0000012, 'seconds', '1.20 µs'],
  [90, 'seconds', '90.0 s'],
  [600, 'seconds', '10.0 min'],
  [0, 'seconds', '0 s'],
  [0.99951, 'ratio', '99.95 %'],
  [-0.2, 'ratio', '−20.0 %'],
  [0, 'ratio', '0 %'],
  [201_326_592, 'bytes', '192 MiB'],
  [0.025, 'cores', '25 mCPU'],
  [14.4, 'multiple', '14.4×'],
  [1e-9, 'multiple', '< 0.001×'],
  [14, 'count', '14'],
  [12.345, 'requests/s', '12.3 /s'],
  [null, 'count', '–'],
  [Number.NaN, 'ratio', '–'],
] as const)('formats %p in %s as %s', (value, unit, text) => {
  expect(spaced(formatValue(value, unit))).toBe(text);
});

test.each([
  [0.5, 'seconds', '500 ms'],
  [0.25, 'ratio', '25 %'],
  [1_000, 'requests/s', '1,000'],
  [134_217_728, 'bytes', '128 MiB'],
  [100, 'seconds', '100 s'],
  [2.5, 'multiple', '2.5×'],
] as const)('labels an axis at %p in %s with %s', (value, unit, text) => {
  expect(spaced(formatTick(value, unit))).toBe(text);
});

test('a value at a threshold is no breach, whichever side is', () => {
  const threshold = { value: 1, label: '' };
  expect([0.9, 1, 1.1].map((value) => isBreach(value, { ...threshold, breach: 'above' }))).toEqual([
    false,
    false,
    true,
  ]);
  expect([0.9, 1, 1.1].map((value) => isBreach(value, { ...threshold, breach: 'below' }))).toEqual([
    true,
    false,
    false,
  ]);
  expect(isBreach(null, { ...threshold, breach: 'below' })).toBe(false);
  expect(isBreach(5, undefined as Panel['threshold'])).toBe(false);
});

describe('the hash of the page', () => {
  const IDS = ['overview', 'service-order'];

  test.each([
    { dashboard: 'service-order', range: 3_600 },
    { dashboard: 'overview', range: { start: 1_000, end: 2_000 } },
  ])('keeps %j', (state) => {
    expect(parseHash(formatHash(state), IDS)).toEqual(state);
  });

  test.each(['', '#', '#unknown', '#overview&range=-1', '#overview&start=5&end=1', '#%'])(
    'falls back to the first dashboard and an hour for %s',
    (hash) => {
      expect(parseHash(hash, IDS)).toEqual({ dashboard: 'overview', range: 3_600 });
    },
  );

  test('a relative range ends now', () => {
    expect(spanOf({ dashboard: 'overview', range: 60 }, 1_000.7)).toEqual({ start: 940, end: 1_000 });
  });
});
