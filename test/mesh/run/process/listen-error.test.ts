import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { describeListenError } from '../../../../mesh/run/process/listen-error.ts';

test.each([
  ['EADDRINUSE', 80, 'port 80 is in use: stop the other program, or give another --port'],
  ['EACCES', 80, 'port 80 may not be opened by this user: give another --port from 1024'],
  ['EACCES', 6_000, 'port 6000 may not be opened by this user: a rule of this machine forbids it'],
  ['EADDRNOTAVAIL', 80, '127.0.0.1 is not an address of this machine'],
  ['EMFILE', 80, 'raise ulimit -n'],
  ['ESOMETHING', 80, 'port 80 of 127.0.0.1 cannot be opened: ESOMETHING; give another --port'],
])('%s at port %d names its cause and the fix', (code, port, message) => {
  expect(describeListenError('127.0.0.1', port, code, '--port')).toContain(message);
});

test('an address of another machine has the code that is told apart', async () => {
  const server = createServer();
  const code = await new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    // TEST-NET-1 of RFC 5737 belongs to no machine.
    server.listen(0, '192.0.2.1');
  });
  expect(code).toBe('EADDRNOTAVAIL');
});
