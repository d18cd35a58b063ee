import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { Link } from '../../../../../scripts/lab/chaos/local/link.ts';

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A link to a server that sends back what it gets, in capitals. */
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

async function answerTo(socket: Socket, said: string): Promise<string> {
  socket.write(said);
  return String((await once(socket, 'data'))[0]);
}

test('what is said through a link arrives, and so does its end', async () => {
  const socket = open(await linkToEcho());
  socket.end('hello');
  expect(await text(socket)).toBe('HELLO');
});

test('a link that is cut breaks its connections and lets none through until it is mended', async () => {
  const link = await linkToEcho();
  const socket = open(link);
  await answerTo(socket, 'a');
  const mend = link.cut();
  const mendOther = link.cut();
  await expect(once(socket, 'data')).rejects.toThrow('ECONNRESET');
  mendOther();
  const refused = open(link);
  await expect(answerTo(refused, 'b')).rejects.toThrow(/ECONNRESET|EPIPE/);
  mend();
  const again = open(link);
  expect(await answerTo(again, 'c')).toBe('C');
  again.destroy();
});

test('what is said through a slow link arrives later, and in its order when it is mended in between', async () => {
  const link = await linkToEcho();
  const mend = link.slow(40);
  const socket = open(link);
  const start = performance.now();
  expect(await answerTo(socket, 'a')).toBe('A');
  // There and back; timers may be a millisecond early.
  expect(performance.now() - start).toBeGreaterThan(78);
  socket.write('b');
  mend();
  socket.end('c');
  expect(await text(socket)).toBe('BC');
});

test('a connection ends when nobody is at the other end', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const link = await Link.open(`127.0.0.1:${port}`);
  closing.push(() => link.close());
  server.close();
  await once(server, 'close');
  await expect(answerTo(open(link), 'a')).rejects.toThrow(/ECONNRESET|EPIPE/);
});

test('a link that swallows its open connections answers nothing on them, and carries new ones', async () => {
  const link = await linkToEcho();
  const silent = open(link);
  await answerTo(silent, 'a');
  let isHeard = false;
  for (const event of ['data', 'end', 'close']) silent.once(event, () => (isHeard = true));
  link.swallow();
  silent.end('b');
  // A round trip on a new connection: the answer to the first would have been there before.
  const next = open(link);
  expect(await answerTo(next, 'c')).toBe('C');
  expect(isHeard).toBe(false);
  next.destroy();
  silent.destroy();
});

test('a link resets the far ends of the connections that it swallowed when it is told to', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const link = await linkToEcho(accepted.resolve);
  const silent = open(link);
  await answerTo(silent, 'a');
  const far = await accepted.promise;
  const failed = once(far, 'error');
  let isHeard = false;
  for (const event of ['data', 'end', 'close']) silent.once(event, () => (isHeard = true));
  const reset = link.swallow();
  reset();
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(isHeard).toBe(false);
  silent.destroy();
});

test('a link that is a black hole accepts new connections into silence until it is mended', async () => {
  const link = await linkToEcho();
  const mend = link.blackHole();
  const silent = open(link);
  await once(silent, 'connect');
  let isHeard = false;
  for (const event of ['data', 'end', 'close']) silent.once(event, () => (isHeard = true));
  silent.write('a');
  mend();
  const next = open(link);
  expect(await answerTo(next, 'b')).toBe('B');
  expect(isHeard).toBe(false);
  next.destroy();
  silent.destroy();
});
