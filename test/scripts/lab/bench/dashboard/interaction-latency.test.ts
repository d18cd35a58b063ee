import { expect, test } from '@jest/globals';
import {
  groupInteractions,
  interactionDurations,
  nearestRank,
} from '../../../../../scripts/lab/bench/dashboard/interaction-latency.ts';

test('counts the events with one id as one interaction, which lasts as long as the longest of them', () => {
  const interactions = groupInteractions([
    { interactionId: 7, startTime: 100, duration: 24 },
    { interactionId: 7, startTime: 130, duration: 56 },
    { interactionId: 14, startTime: 300, duration: 16 },
  ]);
  expect(interactions).toEqual([
    { startTime: 100, duration: 56 },
    { startTime: 300, duration: 16 },
  ]);
});

test('ignores events that belong to no interaction, such as movements of the pointer', () => {
  expect(groupInteractions([{ interactionId: 0, startTime: 1, duration: 400 }])).toEqual([]);
});

test('counts interactions without a timing as 16 ms', () => {
  expect(interactionDurations([{ startTime: 1, duration: 40 }], 3)).toEqual([40, 16, 16]);
});

test('returns nearest-rank percentiles', () => {
  const values = [5, 1, 4, 2, 3, 8, 7, 6];
  expect(nearestRank(values, 0.75)).toBe(6);
  expect(nearestRank(values, 0.5)).toBe(4);
  expect(nearestRank([9], 0.75)).toBe(9);
  expect(nearestRank([], 0.75)).toBeNaN();
});
