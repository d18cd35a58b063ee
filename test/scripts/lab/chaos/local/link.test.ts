import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { Link } from '../../../../../scripts/lab/chaos/local/link.ts';

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Opens a link to a server that echoes its input in upper case. */
async function linkToEcho(onSocket: (socket: Socket) => void = () => {}): Promise<Link> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => socket.write(String(chunk).toUpperCase()));
    socket.on('end', () => socket.end());
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = await Link.open(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  closing.push(() => {
    link.close();
    server.close();
  });
  return link;
}

function open({ address }: Link): Socket {
  return connect({ host: '127.0.0.1', port: Number(address.split(':')[1]), allowHalfOpen: true });
}

async function exchange(socket: Socket, message: string): Promise<string> {
  socket.write(message);
  return String((await once(socket, 'data'))[0]);
}

test('forwards data and the end of a connection', async () => {
  const socket = open(await linkToEcho());
  socket.end('hello');
  expect(await text(socket)).toBe('HELLO');
});

test('resets open and new connections while it is cut', async () => {
  const link = await linkToEcho();
  const socket = open(link);
  await exchange(socket, 'a');
  const repair = link.cut();
  const repairOther = link.cut();
  await expect(once(socket, 'data')).rejects.toThrow('ECONNRESET');
  repairOther();
  const early = open(link);
  await expect(exchange(early, 'b')).rejects.toThrow(/ECONNRESET|EPIPE/);
  repair();
  const late = open(link);
  expect(await exchange(late, 'c')).toBe('C');
  late.destroy();
});

test('delays data, and keeps its order when the delay is removed in between', async () => {
  const link = await linkToEcho();
  const repair = link.delay(40);
  const socket = open(link);
  const start = performance.now();
  expect(await exchange(socket, 'a')).toBe('A');
  // The round trip takes two delays. Timers may fire a millisecond early.
  expect(performance.now() - start).toBeGreaterThan(78);
  socket.write('b');
  repair();
  socket.end('c');
  expect(await text(socket)).toBe('BC');
});

test('resets a connection whose server is down', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const link = await Link.open(`127.0.0.1:${port}`);
  closing.push(() => link.close());
  server.close();
  await once(server, 'close');
  await expect(exchange(open(link), 'a')).rejects.toThrow(/ECONNRESET|EPIPE/);
});

test('answers nothing on silenced connections, and forwards new ones', async () => {
  const link = await linkToEcho();
  const silent = open(link);
  await exchange(silent, 'a');
  let isHeard = false;
  for (const event of ['data', 'end', 'close']) silent.once(event, () => (isHeard = true));
  link.silence();
  silent.end('b');
  // By the time of a round trip on a new connection, an answer on the first would have arrived.
  const next = open(link);
  expect(await exchange(next, 'c')).toBe('C');
  expect(isHeard).toBe(false);
  next.destroy();
  silent.destroy();
});

test('resets the server ends of silenced connections on request', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const link = await linkToEcho(accepted.resolve);
  const silent = open(link);
  await exchange(silent, 'a');
  const far = await accepted.promise;
  const failed = once(far, 'error');
  let isHeard = false;
  for (const event of ['data', 'end', 'close']) silent.once(event, () => (isHeard = true));
  const reset = link.silence();
  reset();
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(isHeard).toBe(false);
  silent.destroy();
});

test('accepts new connections without an answer while it is a black hole', async () => {
  const link = await linkToEcho();
  const repair = link.blackHole();
  const silent = open(link);
  await once(silent, 'connect');
  let isHeard = false;
  for (const event of ['data', 'end', 'close']) silent.once(event, () => (isHeard = true));
  silent.write('a');
  repair();
  const next = open(link);
  expect(await exchange(next, 'b')).toBe('B');
  expect(isHeard).toBe(false);
  next.destroy();
  silent.destroy();
});
