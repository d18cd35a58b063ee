import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { describeListenError } from '../../../../mesh/run/process/listen-error.ts';

test.each([
  ['EADDRINUSE', 80, 'port 80 is in use: stop the other program, or choose another --port'],
  ['EACCES', 80, 'port 80 is reserved for privileged users: choose another --port from 1024'],
  ['EACCES', 6_000, 'port 6000 is forbidden by a security policy of this machine'],
  ['EADDRNOTAVAIL', 80, '127.0.0.1 is not an address of this machine'],
  ['EMFILE', 80, 'raise ulimit -n'],
  ['ESOMETHING', 80, 'port 80 of 127.0.0.1 cannot be opened: ESOMETHING; choose another --port'],
])('explains %s at port %d and how to fix it', (code, port, message) => {
  expect(describeListenError('127.0.0.1', port, code, '--port')).toContain(message);
});

test('an address of another machine fails with EADDRNOTAVAIL', async () => {
  const server = createServer();
  const code = await new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    // TEST-NET-1 (RFC 5737) is not assigned to any machine.
    server.listen(0, '192.0.2.1');
  });
  expect(code).toBe('EADDRNOTAVAIL');
});
