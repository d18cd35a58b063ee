import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Link } from '../../../../scripts/lab/chaos/local/link.ts';
import {
  type RegistryRequest,
  requestJson,
  requestLines,
} from '../../../../services/kit/discovery/registry-request.ts';
import { eventually } from '../eventually.ts';
import { type FakeHttp, fakeHttp } from './fake-http.ts';

const NEVER = new AbortController().signal;
const LONG_MS = 600_000;
let peer: FakeHttp | undefined;
// The first request of a process compiles the HTTP parser, for longer than the limits below.
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

test('an answer that begins and does not end is an error in time, and its connection is given up', async () => {
  const { url, ended } = await answering(begun);
  const asked = requestJson(url, z.unknown(), { signal: NEVER, timeoutMs: 50 });
  await expect(asked).rejects.toThrow(`GET ${url} had no response within 50 ms`);
  await ended;
});

test('a stream that does not begin is an error in time', async () => {
  const { url, ended } = await answering(() => {});
  const asked = linesOf(url, { timeoutMs: 50, lastsMs: LONG_MS });
  await expect(asked).rejects.toThrow(`GET ${url} had no response within 50 ms`);
  await ended;
});

test('a stream that falls silent ends after its time, without an error', async () => {
  const { url, ended } = await answering(begun);
  expect(await linesOf(url, { lastsMs: 50 })).toEqual([{ a: 1 }]);
  await ended;
});

test('whoever stops ends a stream at once', async () => {
  const { url, ended } = await answering(begun);
  const stopping = new AbortController();
  const asked = linesOf(url, { signal: stopping.signal, lastsMs: LONG_MS });
  await eventually(() => peer?.requests.length === 1);
  stopping.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await ended;
});

test('whoever has read enough ends the connection', async () => {
  const { url, ended } = await answering(begun);
  const request = { signal: NEVER, timeoutMs: LONG_MS, lastsMs: LONG_MS };
  for await (const line of requestLines(url, z.unknown(), request)) {
    expect(line).toEqual({ a: 1 });
    break;
  }
  await ended;
});

test('a line without an end does not fill the memory', async () => {
  const { url } = await answering((response) => {
    const more = () => response.destroyed || response.write('x'.repeat(1 << 20), () => setImmediate(more));
    more();
  });
  await expect(linesOf(url, { lastsMs: LONG_MS })).rejects.toThrow(/a line is longer than \d+ characters/);
  const asked = requestJson(url, z.unknown(), { signal: NEVER, timeoutMs: LONG_MS });
  await expect(asked).rejects.toThrow(/the response is longer than \d+ characters/);
});

test('no request goes to a connection of an earlier one, which may lead nowhere by now', async () => {
  const { url } = await answering((response) => response.end('1'));
  const link = await Link.open(new URL(url).host);
  const ask = () => requestJson(`http://${link.address}`, z.number(), { signal: NEVER, timeoutMs: LONG_MS });
  try {
    await Promise.all([ask(), ask(), ask()]);
    link.silence();
    expect((await ask()).value).toBe(1);
  } finally {
    link.close();
  }
});

test('a refusal says what was asked, and why not', async () => {
  const { url } = await answering((response) => response.writeHead(403).end('rpc error: denied\n'));
  const asked = requestJson(url, z.unknown(), { method: 'PUT', signal: NEVER, timeoutMs: LONG_MS });
  await expect(asked).rejects.toMatchObject({
    status: 403,
    message: `PUT ${url} failed with status 403: rpc error: denied`,
  });
});

test('an answer that is something else says where', async () => {
  const { url } = await answering((response) => response.end('{"kvs":7}'));
  const schema = z.object({ kvs: z.array(z.string()) });
  const asked = requestJson(url, schema, { signal: NEVER, timeoutMs: LONG_MS });
  await expect(asked).rejects.toThrow(/is invalid at 'kvs'/);
});
