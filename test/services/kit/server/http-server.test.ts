import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { HttpServer } from '../../../../services/kit/server/http-server.ts';

/** Longer than a test may take. */
const GRACE_MS = 1_000_000;

async function open(address: string) {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  return socket;
}

test('a stop does not wait for a connection on which the client has sent nothing', async () => {
  const server = new HttpServer((_, response) => response.end());
  const socket = await open(await server.listen('127.0.0.1:0'));
  await server.stop(GRACE_MS);
  await once(socket.resume(), 'close');
});

test('a stop answers the requests in flight', async () => {
  const received = Promise.withResolvers<() => void>();
  const server = new HttpServer((_, response) => received.resolve(() => response.end('answer')));
  const socket = await open(await server.listen('127.0.0.1:0'));
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const answer = await received.promise;
  const stopped = server.stop(GRACE_MS);
  const response = text(socket);
  answer();
  await stopped;
  expect(await response).toContain('answer');
});

test('a stop breaks off requests after the grace period', async () => {
  const received = Promise.withResolvers<void>();
  const server = new HttpServer(() => received.resolve());
  const socket = await open(await server.listen('127.0.0.1:0'));
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await received.promise;
  await server.stop(1);
  await once(socket.resume(), 'close');
});
