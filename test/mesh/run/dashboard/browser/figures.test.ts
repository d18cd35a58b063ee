import { expect, test } from '@jest/globals';
import {
  formatFigure,
  formatMs,
  formatNumberOf,
  formatPercent,
  formatRate,
} from '../../../../../mesh/run/dashboard/browser/format/figures.ts';
import { formatMetric, unitName } from '../../../../../mesh/run/dashboard/browser/format/metric-units.ts';
import { formatAge } from '../../../../../mesh/run/dashboard/browser/format/times.ts';

const spaced = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [null, '–'],
  [0, '0 ms'],
  [0.0423, '42 µs'],
  [3.234, '3.2 ms'],
  [99.96, '100 ms'],
  [312.4, '312 ms'],
  [1_234, '1.23 s'],
  [240_000, '4 min'],
  [-1.8, '-1.8 ms'],
])('formats a duration of %p ms as %s', (value, text) => {
  expect(spaced(formatMs(value))).toBe(text);
});

test.each([
  [0, '0 %'],
  [0.000_2, '< 0.1 %'],
  [0.002, '0.2 %'],
  [0.0345, '3.5 %'],
  [0.34, '34 %'],
  [0.9999, '> 99 %'],
  [1, '100 %'],
  [2.5, '250 %'],
])('formats a share of %p as %s', (share, text) => {
  expect(spaced(formatPercent(share))).toBe(text);
});

test.each([
  [0.001, '< 0.01/s'],
  [0.234, '0.23/s'],
  [12.44, '12/s'],
  [99.9, '100/s'],
  [1_240.2, '1,240/s'],
])('formats a rate of %p as %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

test('formats counts with their noun', () => {
  expect(spaced(formatNumberOf(1, 'span'))).toBe('1 span');
  expect(spaced(formatNumberOf(1_200, 'process', 'processes'))).toBe('1,200 processes');
  expect(formatFigure(0.031_25)).toBe('0.0313');
});

test.each([
  [0.0124, 's', false, '12 ms'],
  [12, 'ms', false, '12 ms'],
  [201_326_592, 'By', false, '192 MiB'],
  [1_024, 'By', true, '1 KiB/s'],
  [12.34, '{order}', true, '12.3/s'],
  [0.25, 'ratio', false, '25 %'],
  [7, '1', false, '7'],
  [7, 'V', false, '7 V'],
  [null, 's', false, '–'],
])('formats a metric of %p %s (rate: %p) as %s', (value, unit, isRate, text) => {
  expect(spaced(formatMetric(value, unit, isRate))).toBe(text);
});

test('names the unit of an axis', () => {
  expect(unitName('{order}', true)).toBe('order per second');
  expect(unitName('1', true)).toBe('per second');
  expect(unitName('1', false)).toBe('');
  expect(unitName('By', false)).toBe('');
});

test.each([
  [900, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [7_800_000, '2 h 10 min'],
  [86_400_000, '1 day'],
  [3 * 86_400_000, '3 days'],
  [-5, '0 s'],
])('formats an age of %p ms as %s', (age, text) => {
  expect(spaced(formatAge(age))).toBe(text);
});
