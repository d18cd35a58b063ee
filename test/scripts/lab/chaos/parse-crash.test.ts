import { expect, test } from '@jest/globals';
import { parseCrash } from '../../../../scripts/lab/chaos/parse-crash.ts';

function line(message: string): string {
  const error = { name: 'Error', message: 'gone', stack: 'Error: gone\n    at here' };
  return JSON.stringify({ time: 'now', level: 'error', message, service: 'order', error });
}

test.each(['uncaught exception', 'unhandled rejection'])(
  'parses a log line of an %s as a crash',
  (message) => {
    expect(parseCrash('order', line(message))).toBe(`order: ${message} error= Error: gone at here`);
  },
);

test.each([line('handler failed'), line('cannot start the service; exiting'), 'LOG: uncaught exception', ''])(
  'does not parse %j as a crash',
  (text) => {
    expect(parseCrash('order', text)).toBeUndefined();
  },
);
