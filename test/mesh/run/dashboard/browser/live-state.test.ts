import { describe, expect, jest, test } from '@jest/globals';
import type { ConsoleLine } from '../../../../../mesh/run/dashboard/api/views.ts';
import { reconnectDelayMs } from '../../../../../mesh/run/dashboard/browser/state/backoff.ts';
import {
  appendLines,
  MAX_CONSOLE_LINES,
} from '../../../../../mesh/run/dashboard/browser/state/console-buffer.ts';
import { ObservableValue } from '../../../../../mesh/run/dashboard/browser/state/observable-value.ts';

const linesOf = (start: number, end: number, time = 0): readonly ConsoleLine[] =>
  Array.from({ length: end - start }, (_, index) => ({
    sequence: start + index,
    process: 'order-0',
    time,
    level: 'info',
    text: `line ${start + index}`,
  }));
const sequencesOf = (lines: readonly ConsoleLine[]) => lines.map(({ sequence }) => sequence);

describe('the console', () => {
  test('keeps the newest lines only', () => {
    const lines = appendLines(
      linesOf(0, MAX_CONSOLE_LINES),
      linesOf(MAX_CONSOLE_LINES, MAX_CONSOLE_LINES + 3),
    );
    expect(lines).toHaveLength(MAX_CONSOLE_LINES);
    expect(lines[0]?.sequence).toBe(3);
  });

  test('ignores lines that the server sends again after a reconnect', () => {
    const lines = linesOf(1, 5);
    expect(sequencesOf(appendLines(lines, linesOf(3, 7)))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(appendLines(lines, linesOf(2, 5))).toBe(lines);
    expect(appendLines(lines, [])).toBe(lines);
  });

  test('starts again with the sequence of a restarted server', () => {
    expect(sequencesOf(appendLines(linesOf(100, 105), linesOf(101, 103, 9)))).toEqual([101, 102]);
  });
});

test('waits longer before each reconnect, at most 5 s', () => {
  expect([1, 2, 3].map((failures) => reconnectDelayMs(failures, 1))).toEqual([500, 1_000, 2_000]);
  expect(reconnectDelayMs(50, 1)).toBe(5_000);
  expect(reconnectDelayMs(50, 0)).toBe(2_500);
});

test('an observable value notifies its listeners of changes only', () => {
  const value = new ObservableValue(1);
  const listener = jest.fn();
  const stop = value.subscribe(listener);
  value.set(1);
  value.set(2);
  stop();
  value.set(3);
  expect(listener).toHaveBeenCalledTimes(1);
});
