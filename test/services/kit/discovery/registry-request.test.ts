import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Link } from '../../../../scripts/lab/chaos/local/link.ts';
import {
  type RegistryRequest,
  requestJson,
  requestLines,
} from '../../../../services/kit/discovery/registry-request.ts';
import { eventually } from '../../../until.ts';
import { type FakeHttp, fakeHttp } from './fake-http.ts';

const NEVER = new AbortController().signal;
const LONG_MS = 600_000;
let peer: FakeHttp | undefined;
// The first request of a process compiles the HTTP parser, which takes longer than the limits below.
beforeAll(async () => {
  const first = await fakeHttp((_request, _body, response) => response.end('1'));
  await requestJson(first.url, z.number(), { signal: NEVER, timeoutMs: LONG_MS });
  await first.close();
});
afterEach(() => peer?.close());

async function answering(answer: (response: ServerResponse) => void) {
  const ended = Promise.withResolvers<void>();
  peer = await fakeHttp((_request, _body, response) => {
    response.on('close', ended.resolve);
    answer(response);
  });
  return { url: peer.url, ended: ended.promise };
}

async function linesOf(url: string, request: Partial<RegistryRequest> & { lastsMs: number }) {
  const lines: unknown[] = [];
  const all = { signal: NEVER, timeoutMs: LONG_MS, ...request };
  for await (const line of requestLines(url, z.unknown(), all)) lines.push(line);
  return lines;
}

const begun = (response: ServerResponse) => response.write('{"a":1}\n');

test('rejects a response that does not end within the time limit, and closes its connection', async () => {
  const { url, ended } = await answering(begun);
  const response = requestJson(url, z.unknown(), { signal: NEVER, timeoutMs: 50 });
  await expect(response).rejects.toThrow(`GET ${url} had no response within 50 ms`);
  await ended;
});

test('rejects a stream that does not begin within the time limit', async () => {
  const { url, ended } = await answering(() => {});
  const response = linesOf(url, { timeoutMs: 50, lastsMs: LONG_MS });
  await expect(response).rejects.toThrow(`GET ${url} had no response within 50 ms`);
  await ended;
});

test('ends a silent stream after its duration, without an error', async () => {
  const { url, ended } = await answering(begun);
  expect(await linesOf(url, { lastsMs: 50 })).toEqual([{ a: 1 }]);
  await ended;
});

test('an abort ends a stream at once', async () => {
  const { url, ended } = await answering(begun);
  const stopping = new AbortController();
  const response = linesOf(url, { signal: stopping.signal, lastsMs: LONG_MS });
  await eventually(() => peer?.requests.length === 1);
  stopping.abort(new Error('enough'));
  await expect(response).rejects.toThrow('enough');
  await ended;
});

test('a reader that returns early closes the connection', async () => {
  const { url, ended } = await answering(begun);
  const request = { signal: NEVER, timeoutMs: LONG_MS, lastsMs: LONG_MS };
  for await (const line of requestLines(url, z.unknown(), request)) {
    expect(line).toEqual({ a: 1 });
    break;
  }
  await ended;
});

test('rejects an endless line and an endless response', async () => {
  const { url } = await answering((response) => {
    const more = () => response.destroyed || response.write('x'.repeat(1 << 20), () => setImmediate(more));
    more();
  });
  await expect(linesOf(url, { lastsMs: LONG_MS })).rejects.toThrow(/a line is longer than \d+ characters/);
  const response = requestJson(url, z.unknown(), { signal: NEVER, timeoutMs: LONG_MS });
  await expect(response).rejects.toThrow(/the response is longer than \d+ characters/);
});

test('never reuses a connection, which may lead to a peer that vanished', async () => {
  const { url } = await answering((response) => response.end('1'));
  const link = await Link.open(new URL(url).host);
  const send = () => requestJson(`http://${link.address}`, z.number(), { signal: NEVER, timeoutMs: LONG_MS });
  try {
    await Promise.all([send(), send(), send()]);
    link.silence();
    expect((await send()).value).toBe(1);
  } finally {
    link.close();
  }
});

test('the error of a refused request names the request, the status and the reason', async () => {
  const { url } = await answering((response) => response.writeHead(403).end('rpc error: denied\n'));
  const response = requestJson(url, z.unknown(), { method: 'PUT', signal: NEVER, timeoutMs: LONG_MS });
  await expect(response).rejects.toMatchObject({
    status: 403,
    message: `PUT ${url} failed with status 403: rpc error: denied`,
  });
});

test('the error of an invalid response names the field', async () => {
  const { url } = await answering((response) => response.end('{"kvs":7}'));
  const schema = z.object({ kvs: z.array(z.string()) });
  const response = requestJson(url, schema, { signal: NEVER, timeoutMs: LONG_MS });
  await expect(response).rejects.toThrow(/is invalid at 'kvs'/);
});
