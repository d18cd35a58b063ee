import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { durationsOf, parseTimeRange } from '../../../../scripts/operate/dashboards/time-range.ts';
import { propertyRuns } from '../../../property-runs.ts';

const parse = (fields: Readonly<Record<string, string | number>>) =>
  parseTimeRange(
    new URLSearchParams(
      Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
    ),
  );

test('rounds an hour to steps of 15 seconds for a graph of 300 points', () => {
  expect(parse({ start: 1_700_000_003, end: 1_700_003_603, points: 300 })).toEqual({
    start: 1_699_999_995,
    end: 1_700_003_595,
    step: 15,
  });
});

test.each([
  [{ start: '', end: 10, points: 100 }, "start is ''"],
  [{ start: 'x', end: 10, points: 100 }, "start is 'x': use a number from 0"],
  [{ start: 20, end: 10, points: 100 }, "end is '10': use a number from 21"],
  [{ start: 0, end: 1e9, points: 100 }, "end is '1000000000'"],
  [{ start: 0, end: 10, points: 100_000 }, "points is '100000': use a number from 10 to 2000"],
])('rejects %j', (fields, message) => {
  expect(() => parse(fields)).toThrow(message);
});

test('never asks Prometheus for more points than fit, nor for a rate over less than four scrapes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2e9 }),
      fc.integer({ min: 60, max: 400 * 86_400 }),
      fc.integer({ min: 20, max: 2_000 }),
      (start, length, points) => {
        const range = parse({ start, end: start + length, points });
        const steps = (range.end - range.start) / range.step;
        expect(Number.isInteger(steps)).toBe(true);
        expect(steps).toBeLessThanOrEqual(Math.max(points + 1, 401));
        const window = Number.parseInt(durationsOf(range).window, 10);
        expect(window).toBeGreaterThanOrEqual(Math.max(60, range.step));
      },
    ),
    { numRuns: propertyRuns(500) },
  );
});
