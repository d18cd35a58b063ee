import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { describeResponse } from '../../../../scripts/lab/gateways/describe-response.ts';
import { exchangeRaw } from '../../../../scripts/lab/gateways/raw-http.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** Sends a request to a server that answers with `parts`, one after another, and closes the connection. */
async function exchange(parts: readonly string[], request = 'GET / HTTP/1.1\r\n\r\n') {
  server = createServer((socket) => {
    socket.once('data', () => {
      for (const part of parts) socket.write(part);
      socket.end();
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return exchangeRaw(new URL(`http://127.0.0.1:${port}`), request);
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

test.each([
  ['a length', [`${OK}Content-Length: 3\r\n\r\nab`, 'cdef'], 'abc'],
  ['chunks', [`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1`, '\r\nc\r\n0\r\n\r\n'], 'abc'],
  ['the end of the connection', [`${OK}\r\nab`, 'c'], 'abc'],
  ['an informational response', ['HTTP/1.1 100 Continue\r\n\r\n', `${OK}Content-Length: 1\r\n\r\na`], 'a'],
])('reads a body that ends by %s', async (_, parts, body) => {
  expect(await exchange(parts)).toMatchObject({ status: 200, body });
});

test('reads no body of a response to HEAD', async () => {
  const response = await exchange([`${OK}Content-Length: 3\r\n\r\n`], 'HEAD / HTTP/1.1\r\n\r\n');
  expect(response).toMatchObject({ status: 200, body: '' });
});

test('reports a connection that is closed without a response', async () => {
  expect(describeResponse(await exchange([]))).toBe('connection closed');
});

const PROBLEM = {
  type: '/problems/not-found',
  title: 'Not found',
  status: 404,
  detail: 'no such path',
  code: 'not-found',
  requestId: 'r1',
};

function problemResponse(problem: object, headers = 'x-request-id: r1\r\n') {
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`,
  ];
}

test.each([
  [problemResponse(PROBLEM), '404 not-found'],
  [problemResponse(PROBLEM, ''), '404 not-found (no request id)'],
  [problemResponse({ ...PROBLEM, requestId: 'r2' }), '404 not-found (no request id)'],
  [problemResponse({ ...PROBLEM, status: 400 }), '404 not-found (status 400 in the body)'],
  [problemResponse({ ...PROBLEM, type: 'about:blank' }), '404 not-found (type about:blank)'],
  [problemResponse({ ...PROBLEM, detail: '' }), '404 not-found (no title or detail)'],
  [
    problemResponse(PROBLEM, 'x-request-id: r1\r\nallow: POST, GET\r\nwww-authenticate: Bearer\r\n'),
    '404 not-found; allow: GET, POST; www-authenticate: Bearer',
  ],
  [['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'], '404 without content'],
  [['HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx'], '403 text/plain'],
])('describes a response, case %#', async (parts, description) => {
  expect(describeResponse(await exchange(parts))).toBe(description);
});
