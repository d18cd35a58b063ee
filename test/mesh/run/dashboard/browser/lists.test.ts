import { describe, expect, test } from '@jest/globals';
import { ShortcutReader } from '../../../../../mesh/run/dashboard/browser/controls/shortcuts.ts';
import { nextOrder, sortRows } from '../../../../../mesh/run/dashboard/browser/controls/sort-rows.ts';
import {
  scrollTopFor,
  visibleRows,
} from '../../../../../mesh/run/dashboard/browser/controls/visible-rows.ts';
import { isRateSeries, seriesNames } from '../../../../../mesh/run/dashboard/browser/metrics/series-names.ts';

describe('a virtual list', () => {
  test('renders the rows around the visible part only', () => {
    const { first, end } = visibleRows(28_000, 280, 28, 10_000);
    expect(first).toBeLessThan(1_000);
    expect(first).toBeGreaterThan(950);
    expect(end).toBeGreaterThanOrEqual(1_010);
    expect(end - first).toBeLessThan(60);
  });

  test('stays within its rows', () => {
    expect(visibleRows(0, 280, 28, 3)).toEqual({ first: 0, end: 3 });
    expect(visibleRows(9_999, 280, 28, 0)).toEqual({ first: 0, end: 0 });
  });

  test('scrolls by the least movement that shows a row', () => {
    expect(scrollTopFor(5, 0, 280, 28)).toBe(0);
    expect(scrollTopFor(20, 0, 280, 28)).toBe(308);
    expect(scrollTopFor(2, 308, 280, 28)).toBe(56);
  });
});

describe('a sorted table', () => {
  const rows = [{ value: 2 }, { value: null }, { value: 10 }];
  const sorted = (isDescending: boolean) =>
    sortRows(rows, ({ value }) => value, isDescending).map(({ value }) => value);

  test('has missing values last in both directions', () => {
    expect(sorted(false)).toEqual([2, 10, null]);
    expect(sorted(true)).toEqual([10, 2, null]);
  });

  test('turns around when the reader chooses its column again', () => {
    const order = nextOrder({ column: 'name', isDescending: false }, 'rate', true);
    expect(order).toEqual({ column: 'rate', isDescending: true });
    expect(nextOrder(order, 'rate', true)).toEqual({ column: 'rate', isDescending: false });
  });
});

describe('shortcuts', () => {
  test('of two keys need the second soon after the first', () => {
    const reader = new ShortcutReader();
    expect(reader.read('g', 0)).toBeUndefined();
    expect(reader.read('t', 500)).toBe('g t');
    expect(reader.read('g', 1_000)).toBeUndefined();
    expect(reader.read('t', 5_000)).toBeUndefined();
  });

  test('of one key are complete at once, also after an unrelated key', () => {
    const reader = new ShortcutReader();
    expect(reader.read('x', 0)).toBeUndefined();
    expect(reader.read('?', 10)).toBe('?');
    expect([reader.read('g', 20), reader.read('g', 30)]).toEqual([undefined, 'g g']);
  });
});

describe('the series of a chart', () => {
  test('are named by the labels in which they differ', () => {
    expect(
      seriesNames([
        { labels: { service: 'order', quantile: '0.5', call: 'a' } },
        { labels: { service: 'order', quantile: '0.99', call: 'a' } },
      ]),
    ).toEqual(['p50', 'p99']);
    expect(seriesNames([{ labels: { service: 'order' } }])).toEqual(['order']);
    expect(seriesNames([{ labels: {} }])).toEqual(['value']);
  });

  test('of counters, and the rates of histograms, count per second', () => {
    expect(isRateSeries('counter', {})).toBe(true);
    expect(isRateSeries('histogram', { rate: 'true' })).toBe(true);
    expect(isRateSeries('histogram', { quantile: '0.5' })).toBe(false);
    expect(isRateSeries('gauge', {})).toBe(false);
  });
});
