import { expect, test } from '@jest/globals';
import { crashOf } from '../../../../scripts/lab/chaos/crash-of.ts';

function line(message: string): string {
  const error = { name: 'Error', message: 'gone', stack: 'Error: gone\n    at here' };
  return JSON.stringify({ time: 'now', level: 'error', message, service: 'order', error });
}

test.each(['uncaught exception', 'unhandled rejection'])('%s is a crash, told in one line', (message) => {
  expect(crashOf('order', line(message))).toBe(`order: ${message} error= Error: gone at here`);
});

test.each([line('handler failed'), line('not started'), 'LOG: uncaught exception', ''])(
  '%j is none',
  (text) => {
    expect(crashOf('order', text)).toBeUndefined();
  },
);
