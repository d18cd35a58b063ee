import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { retryUntilFinal } from '../../../../scripts/lab/chaos/retry-until-final.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const ORDER = { id: 'x', total: { amount: 1, currency: 'EUR' }, items: [] };

/** Sends a request to a server whose listeners handle one request each; the last handles all further ones. */
async function send(listeners: readonly RequestListener[], signal = new AbortController().signal) {
  const keys: (string | undefined)[] = [];
  const statuses: (number | undefined)[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'] as string);
    (listeners[keys.length - 1] ?? listeners.at(-1))?.(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const headers = { 'idempotency-key': 'k' };
  const answer = await retryUntilFinal({ url, headers, body: '{}' }, signal, (status) =>
    statuses.push(status),
  );
  return { answer, keys, statuses };
}

const answerWith =
  (status: number, body: unknown = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(JSON.stringify(body));

const reset: RequestListener = ({ socket }) => socket.resetAndDestroy();

const breakWithin: RequestListener = ({ socket }, response) => {
  response.writeHead(201, { 'content-length': 1_000 }).write('{"id"', () => socket.destroy());
};

test('retries lost, truncated and failed answers with the same key until one is final', async () => {
  const { answer, keys, statuses } = await send([
    reset,
    breakWithin,
    answerWith(503),
    answerWith(500),
    answerWith(429),
    answerWith(201, { ...ORDER, status: 'pending' }),
  ]);
  expect(answer).toEqual({ status: 201, order: ORDER, attempts: 6 });
  expect(keys).toEqual(Array(6).fill('k'));
  expect(statuses).toEqual([undefined, undefined, 503, 500, 429, 201]);
});

test('returns a refusal without a retry', async () => {
  const { answer } = await send([answerWith(409, { code: 'out-of-stock' }), answerWith(201)]);
  expect(answer).toEqual({ status: 409, code: 'out-of-stock', attempts: 1 });
});

test('stops when the signal aborts', async () => {
  const stop = new AbortController();
  const sending = send(
    [
      (request, response) => {
        stop.abort(new Error('stopped'));
        answerWith(503)(request, response);
      },
    ],
    stop.signal,
  );
  await expect(sending).rejects.toThrow();
});
