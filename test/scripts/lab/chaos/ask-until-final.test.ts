import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { askUntilFinal } from '../../../../scripts/lab/chaos/ask-until-final.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const ORDER = { id: 'x', total: { amount: 1, currency: 'EUR' }, items: [] };

/** Asks a server that deals with one request after the other as `listeners` say, with the last for all further ones. */
async function ask(listeners: readonly RequestListener[], signal = new AbortController().signal) {
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
  const answer = await askUntilFinal({ url, headers, body: '{}' }, signal, (status) => statuses.push(status));
  return { answer, keys, statuses };
}

const answers =
  (status: number, body: unknown = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(JSON.stringify(body));

const breaks: RequestListener = ({ socket }) => socket.resetAndDestroy();

const breaksWithin: RequestListener = ({ socket }, response) => {
  response.writeHead(201, { 'content-length': 1_000 }).write('{"id"', () => socket.destroy());
};

test('a request that is lost, cut off or failed is sent again with its key until it is answered', async () => {
  const { answer, keys, statuses } = await ask([
    breaks,
    breaksWithin,
    answers(503),
    answers(500),
    answers(429),
    answers(201, { ...ORDER, status: 'pending' }),
  ]);
  expect(answer).toEqual({ status: 201, order: ORDER, tries: 6 });
  expect(keys).toEqual(Array(6).fill('k'));
  expect(statuses).toEqual([undefined, undefined, 503, 500, 429, 201]);
});

test('a refusal is final', async () => {
  const { answer } = await ask([answers(409, { code: 'out-of-stock' }), answers(201)]);
  expect(answer).toEqual({ status: 409, code: 'out-of-stock', tries: 1 });
});

test('who stops asks no more', async () => {
  const stop = new AbortController();
  const asking = ask(
    [
      (request, response) => {
        stop.abort(new Error('stopped'));
        answers(503)(request, response);
      },
    ],
    stop.signal,
  );
  await expect(asking).rejects.toThrow();
});
