import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { fetchText } from '../../../scripts/process/fetch-text.ts';

let close = () => {};
afterEach(() => close());

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
}

test('returns the response body', async () => {
  const url = await serve((_, response) => response.end('{"a":1}'));
  expect(await fetchText(url)).toBe('{"a":1}');
});

test.each<[string, number, RequestListener, RegExp]>([
  [
    'rejects the request',
    30_000,
    (_, response) => response.writeHead(503).end(` busy ${'x'.repeat(900)}`),
    /: responded with 503: busy x{495}$/,
  ],
  ['closes the connection', 30_000, (request) => request.socket.destroy(), /: failed: \S/],
  [
    'truncates the response',
    30_000,
    (request, response) => {
      response.writeHead(200, { 'content-length': 9 }).write('ab');
      setImmediate(() => request.socket.destroy());
    },
    /: failed: \S/,
  ],
  ['does not respond', 200, () => {}, /: no response within 0\.2 s$/],
])('names the request when the server %s', async (_, timeoutMs, listener, message) => {
  const url = await serve(listener);
  const error = await fetchText(url, { method: 'DELETE' }, timeoutMs).catch((reason) => reason);
  expect(error.message).toMatch(message);
  expect(error).toMatchObject({ name: 'ResponseError', message: expect.stringContaining(`DELETE ${url}: `) });
});

test('rejects with the reason of its signal', async () => {
  const stop = new AbortController();
  const url = await serve(() => stop.abort(new Error('stopped')));
  await expect(fetchText(url, { signal: stop.signal })).rejects.toThrow(/^stopped$/);
});
