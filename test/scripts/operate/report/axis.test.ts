import { expect, test } from '@jest/globals';
import { roundUpAxis, secondTicks } from '../../../../scripts/operate/report/axis.ts';

test.each([
  [0, 1],
  [0.03, 0.04],
  [1, 1],
  [1.1, 2],
  [37, 40],
  [81, 100],
])('rounds the end of an axis for %f to %f', (value, end) => {
  expect(roundUpAxis(value)).toBeCloseTo(end);
});

test.each([
  [0, ['0 s']],
  [8, ['0 s', '2 s', '4 s', '6 s', '8 s']],
  [150, ['0 s', '30 s', '60 s', '90 s', '120 s', '150 s']],
  [86_400, expect.arrayContaining(['0 s', '3600 s', '86400 s'])],
])('marks a time axis of %d s at intervals that people count in', (seconds, labels) => {
  const ticks = secondTicks({ seconds, maxTicks: 6, x: (second) => second, top: 0, bottom: 10 });
  expect(ticks.map((one) => /<text[^>]*>(.*)<\/text>/.exec(one)?.[1])).toEqual(labels);
});
