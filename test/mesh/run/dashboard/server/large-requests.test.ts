import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import type { TraceList } from '../../../../../mesh/run/dashboard/api/views.ts';
import { span, traces } from '../otlp-requests.ts';
import { removeFolders, TOKEN, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

const HEADERS = { 'content-type': 'application/json', 'x-api-key': TOKEN };
const MIB = 1_048_576;

test.each([
  ['with its length', { 'content-length': String(100 * MIB) }],
  ['in chunks', {}],
])('a body of 100 MiB %s is refused, and the client receives the reason', async (_, headers) => {
  await withDashboard(async ({ url, send }) => {
    const client = request(`${url}/v1/traces`, { method: 'POST', headers: { ...HEADERS, ...headers } });
    const response = once(client, 'response');
    let isAnswered = false;
    client.once('response', () => {
      isAnswered = true;
    });
    const chunk = Buffer.alloc(MIB, ' ');
    // The client of Node.js emits no further `drain` once it has received a response.
    for (let sent = 0; sent < 99 && !isAnswered; sent++)
      if (!client.write(chunk)) await Promise.race([once(client, 'drain'), response]);
    const [message] = await response;
    const text = (await message.setEncoding('utf8').toArray()).join('');
    client.destroy();
    expect(JSON.parse(text)).toMatchObject({
      status: 413,
      detail: 'the body is larger than 16 MiB; send smaller batches',
    });
    expect((await send(traces('order', [span()]))).status).toBe(200);
  });
});

test('gzip of 100 MiB is refused while it is decompressed', async () => {
  await withDashboard(async ({ fetch }) => {
    const { status } = await fetch('/v1/traces', {
      method: 'POST',
      headers: { ...HEADERS, 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(100 * MIB, ' ')),
    });
    expect(status).toBe(413);
  });
});

test.each([
  ['plain', '', '{"resource'],
  ['compressed', 'content-encoding: gzip\r\n', gzipSync('{"resourceSpans":[]}').subarray(0, 15)],
])('a client that disconnects within a %s body does not affect others', async (_, headers, part) => {
  await withDashboard(async ({ url, send, get, problems }) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    const head = `POST /v1/traces HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\n`;
    socket.write(`${head}${headers}content-length: 1000\r\n\r\n`);
    socket.write(part);
    socket.end();
    await once(socket.resume(), 'close');
    await send(traces('order', [span()]));
    expect((await get<TraceList>('/api/traces')).traces).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});

test('an import of 100 MiB that is no export is refused, and the client receives the reason', async () => {
  await withDashboard(async ({ fetch }) => {
    const body = Buffer.from(`not an export\n${' '.repeat(100 * MIB)}`);
    const response = await fetch('/api/import', { method: 'POST', body });
    expect(await response.json()).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^the file is not an export of the dashboard: .*; choose a file/),
    });
  });
});
