import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readJson } from '../../../services/kit/edge/json-body.ts';

const LIMITS = { lineBytes: 100, timeoutMs: 60_000 };
const BODY = { mediaTypes: ['application/json'], maxBytes: 100 };

let server: Server;
let socket: Socket;
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
});
afterEach(() => {
  socket.destroy();
  server.close();
});

/** Sends the head of a request and the begin of its body, and returns the request as the server received it. */
async function receive(length: number, begin: string): Promise<IncomingMessage> {
  const head = `POST / HTTP/1.1\r\nhost: weft\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  socket.write(head + begin);
  const [request] = (await once(server, 'request')) as [IncomingMessage];
  return request;
}

const EVENTS = ['data', 'end', 'close', 'error'] as const;

test('a body in several chunks is read as a whole, and leaves no listeners', async () => {
  const request = await receive(11, '{"a":');
  const before = EVENTS.map((event) => request.listenerCount(event));
  const reading = readJson(request, BODY, LIMITS);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.write('"b"} ');
  socket.write(' ');
  expect(await reading).toEqual({ a: 'b' });
  expect(EVENTS.map((event) => request.listenerCount(event))).toEqual(before);
});

test('a client that disconnects in the body ends the wait', async () => {
  const reading = readJson(await receive(50, '{"a":'), BODY, LIMITS);
  socket.destroy();
  await expect(reading).rejects.toThrow(/aborted|disconnected/);
});

test('a client that disconnected before the read ends it', async () => {
  const request = await receive(50, '{"a":');
  socket.destroy();
  request.on('error', () => {});
  await new Promise((resolve) => request.once('close', resolve));
  await expect(readJson(request, BODY, LIMITS)).rejects.toThrow(
    'the client disconnected before the end of the body',
  );
});

test('a body that does not end in time is refused', async () => {
  const reading = readJson(await receive(50, '{"a":'), BODY, { ...LIMITS, timeoutMs: 50 });
  await expect(reading).rejects.toMatchObject({ code: 'request-timeout' });
});
