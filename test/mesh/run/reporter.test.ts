import { describe, expect, test } from '@jest/globals';
import { formatLogLine } from '../../../mesh/run/reporter.ts';

describe('a log line', () => {
  test('of a service becomes its message and fields', () => {
    const line = JSON.stringify({
      time: '2026-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'retrying',
      service: 'order',
      attempt: 2,
      reason: 'no answer',
    });
    expect(formatLogLine(line)).toEqual({ text: 'retrying attempt=2 reason="no answer"', level: 'warn' });
  });

  test('with an error shows its stack', () => {
    const line = JSON.stringify({
      level: 'error',
      message: 'failed',
      error: { stack: 'Error: x\n    at y' },
    });
    expect(formatLogLine(line).text).toBe('failed error=\nError: x\n    at y');
  });

  test.each(['plain', '{broken', '{"no":"message"}', ''])('%j is unchanged', (line) => {
    expect(formatLogLine(line)).toEqual({ text: line, level: 'info' });
  });
});
